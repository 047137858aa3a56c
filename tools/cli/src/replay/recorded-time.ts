const WALL_TIME = /^\d{4}-\d{2}-\d{2} (\d{2}):(\d{2}):(\d{2})$/;
const DAYS_KEPT = 1000;

/** The starts of the days seen, by `YYYY-MM-DD`; undefined for days that do not exist. */
const days = new Map<string, number | undefined>();

/**
 * Reads a recorded `YYYY-MM-DD HH:MM:SS` as if it were UTC. The fleet's zone is the server's concern; here only order
 * and differences count.
 *
 * @returns milliseconds, or undefined when there is no such date or time
 */
export function parseRecordedTime(text: string): number | undefined {
  const match = WALL_TIME.exec(text);
  if (match === null) return undefined;
  const [hours, minutes, seconds] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const dayMs = startOfDay(text.slice(0, 10));
  if (dayMs === undefined || hours > 23 || minutes > 59 || seconds > 59) return undefined;
  return dayMs + ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

function startOfDay(day: string): number | undefined {
  if (days.has(day)) return days.get(day);
  const date = new Date(`${day}T00:00:00Z`);
  // Date takes 30 February for 1 March, which shows when it is written back.
  const exists = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
  if (days.size >= DAYS_KEPT) days.clear();
  days.set(day, exists ? date.getTime() : undefined);
  return days.get(day);
}
