/** Formats epoch milliseconds as the fleet's wall clock shows them. */
export interface FleetTimeFormat {
  /** Returns `HH:MM:SS`. */
  time: (epochMs: number) => string;
  /** Returns `HH:MM`. */
  minute: (epochMs: number) => string;
  /** Returns `YYYY-MM-DD`. */
  date: (epochMs: number) => string;
  /** Returns `YYYY-MM-DD HH:MM:SS`, as on the wire. */
  dateTime: (epochMs: number) => string;
  /** Returns `6 Jan 1980`, for use in a sentence. */
  day: (epochMs: number) => string;
}

/**
 * Uses the browser's own time zones, which are enough for showing times and keep a date library out of the initial
 * bundle.
 *
 * @param timeZone IANA name
 * @throws RangeError when the zone is unknown
 */
export function createFleetTimeFormat(timeZone: string): FleetTimeFormat {
  // Sweden writes dates as the wire does: 2017-01-01 08:00:05.
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const day = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: 'short',
    day: 'numeric',
  });
  const dateTime = (epochMs: number) => format.format(epochMs);
  return {
    dateTime,
    day: (epochMs) => day.format(epochMs),
    date: (epochMs) => dateTime(epochMs).slice(0, 10),
    time: (epochMs) => dateTime(epochMs).slice(11),
    minute: (epochMs) => dateTime(epochMs).slice(11, 16),
  };
}
