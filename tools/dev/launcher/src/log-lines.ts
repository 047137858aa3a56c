/** Escape sequences that colour a terminal. */
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
/** A line of NestJS: `[Nest] 123  - 11/23/2026, 6:58:01 PM   ERROR [Context] message`. */
const NEST_LINE = /^\[Nest\] \d+ +- .*? (LOG|DEBUG|VERBOSE|WARN|ERROR|FATAL) (.*)$/;
/** The level of a JSON line is a warning or worse from this number upwards, by pino's numbering. */
const PINO_WARNING = 40;
const LOUD_LEVELS = new Set(['warn', 'warning', 'error', 'fatal']);

/**
 * Returns the part of a program's log line that belongs on the terminal.
 *
 * @param line in NestJS's text form, as JSON with `level` and `msg` or `message`, or plain text
 * @returns the message of a warning or an error, without time and process id; undefined for everything else
 */
export function loudMessage(line: string): string | undefined {
  const plain = line.replaceAll(COLOURS, '').trim();
  if (plain.startsWith('{')) return loudJson(plain);
  const nest = NEST_LINE.exec(plain);
  if (nest) return LOUD_LEVELS.has((nest[1] ?? '').toLowerCase()) ? nest[2]?.trim() : undefined;
  return /^(warn(ing)?|error|fatal)\b/i.test(plain) ? plain : undefined;
}

function loudJson(line: string): string | undefined {
  let entry: { level?: unknown; msg?: unknown; message?: unknown };
  try {
    entry = JSON.parse(line) as typeof entry;
  } catch {
    return undefined;
  }
  const { level } = entry;
  const isLoud =
    typeof level === 'number' ? level >= PINO_WARNING : LOUD_LEVELS.has(String(level).toLowerCase());
  if (!isLoud) return undefined;
  const message = entry.msg ?? entry.message;
  return typeof message === 'string' ? message : line;
}

const REPEAT_MS = 30_000;

/**
 * Lets a message through that has not been seen for half a minute: an outage is reported once, not ten times a second.
 */
export class RepeatFilter {
  private readonly lastSeen = new Map<string, number>();

  constructor(private readonly now: () => number = Date.now) {}

  isNew(message: string): boolean {
    const now = this.now();
    // Two messages that differ only in numbers (ports, ids, counts) count as the same.
    const key = message.replaceAll(/\d+/g, '#');
    const last = this.lastSeen.get(key);
    if (last !== undefined && now - last < REPEAT_MS) return false;
    for (const [other, seen] of this.lastSeen) if (now - seen >= REPEAT_MS) this.lastSeen.delete(other);
    this.lastSeen.set(key, now);
    return true;
  }
}
