const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

/**
 * Formats a length of time in its two largest units, such as `45 s`, `1 min 23 s`, `2 h 5 min`, `3 d 4 h`; never
 * negative.
 */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < MINUTE_S) return `${seconds} s`;
  if (seconds < HOUR_S) return twoUnits(seconds, MINUTE_S, 'min', 1, 's');
  if (seconds < DAY_S) return twoUnits(seconds, HOUR_S, 'h', MINUTE_S, 'min');
  return twoUnits(seconds, DAY_S, 'd', HOUR_S, 'h');
}

function twoUnits(
  seconds: number,
  large: number,
  largeName: string,
  small: number,
  smallName: string,
): string {
  const rest = Math.floor((seconds % large) / small);
  const whole = `${Math.floor(seconds / large)} ${largeName}`;
  return rest === 0 ? whole : `${whole} ${rest} ${smallName}`;
}

/** Formats a length of time for reading at a glance: whole minutes, hours or days, rounded down, such as `3 min`. */
export function formatRoughDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < HOUR_S) return `${Math.floor(seconds / MINUTE_S)} min`;
  if (seconds < DAY_S) return `${Math.floor(seconds / HOUR_S)} h`;
  return `${Math.floor(seconds / DAY_S)} d`;
}
