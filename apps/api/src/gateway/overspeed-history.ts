import type { OverspeedAlert, OverspeedChange } from '@drivewatch/contracts';

/** What is remembered of a driver beyond the alerts: by it, a record that comes late or again is told from news. */
export interface DriverHistory {
  driverID: string;
  /** Time of the newest record that began a spell of overspeeding, epoch milliseconds; `null` without one. */
  lastStartMs: number | null;
  /** The same of the records that ended one. */
  lastEndMs: number | null;
  /** Ids of the last such records, newest last. */
  recordIds: readonly string[];
}

/** About 25 MB here and in Redis, for twice the fleet that one Drivewatch is made for. */
const MAX_DRIVERS = 100_000;
/** Older repeats are known by their times; the ids tell those within the second of the last start or end. */
const RECORD_IDS_KEPT = 4;

/** The histories of the drivers who were heard of last. */
export class OverspeedHistory {
  private readonly drivers = new Map<string, DriverHistory>();

  constructor(private readonly maxDrivers = MAX_DRIVERS) {}

  of(driverID: string): DriverHistory {
    return this.drivers.get(driverID) ?? { driverID, lastStartMs: null, lastEndMs: null, recordIds: [] };
  }

  /** Whether this record was noted before: its device did not see the answer and has sent it again. */
  isRepeat({ driverId, id }: { driverId: string; id: string }): boolean {
    return this.drivers.get(driverId)?.recordIds.includes(id) ?? false;
  }

  /** @returns the driver that was forgotten to make room, if any */
  note({ driverID, kind, atMs }: OverspeedChange, recordId: string): string | undefined {
    const { lastStartMs, lastEndMs, recordIds } = this.of(driverID);
    return this.keep({
      driverID,
      lastStartMs: kind === 'started' ? later(lastStartMs, atMs) : lastStartMs,
      lastEndMs: kind === 'ended' ? later(lastEndMs, atMs) : lastEndMs,
      recordIds: withIds(recordIds, [recordId]),
    });
  }

  /** Takes over what was known before a restart; what has been learnt since is added to it. */
  restore(saved: readonly DriverHistory[]): void {
    const learnt = [...this.drivers.values()];
    this.drivers.clear();
    for (const history of saved) this.keep(history);
    for (const history of learnt) {
      const before = this.of(history.driverID);
      this.keep({
        driverID: history.driverID,
        lastStartMs: later(before.lastStartMs, history.lastStartMs),
        lastEndMs: later(before.lastEndMs, history.lastEndMs),
        recordIds: withIds(before.recordIds, history.recordIds),
      });
    }
  }

  private keep(history: DriverHistory): string | undefined {
    // A Map holds its keys in the order of their first setting: the first one is who was silent for longest.
    this.drivers.delete(history.driverID);
    this.drivers.set(history.driverID, history);
    if (this.drivers.size <= this.maxDrivers) return undefined;
    const [forgotten] = this.drivers.keys();
    if (forgotten !== undefined) this.drivers.delete(forgotten);
    return forgotten;
  }
}

/** What tells a late change from a recent one, in milliseconds. */
export interface AgeLimit {
  nowMs: number;
  /** `Infinity` for none. */
  maxAgeMs: number;
}

/**
 * Whether pages are told of a change that a record reports, which may have come late, or out of order.
 * - A start is news unless it is older than the limit or than the driver's last end (it is over by now), or no newer
 *   than the alert that is open.
 * - An end is news when it ends the open alert, however late it comes, but not when it is older than the driver's last
 *   start (it is the end of an earlier spell). Without an open alert it is news when it is recent and the last one: pages
 *   that know more than this server may show one.
 *
 * @param history before this change
 * @param open the driver's open alert, if any
 */
export function isNews(
  { kind, atMs }: OverspeedChange,
  history: Omit<DriverHistory, 'driverID' | 'recordIds'>,
  open: OverspeedAlert | undefined,
  { nowMs, maxAgeMs }: AgeLimit,
): boolean {
  const isRecent = nowMs - atMs <= maxAgeMs;
  const isBeforeLastEnd = history.lastEndMs !== null && atMs < history.lastEndMs;
  if (kind === 'started') {
    return isRecent && !isBeforeLastEnd && (open === undefined || open.startedAtMs < atMs);
  }
  const lastStartMs = later(history.lastStartMs, open?.startedAtMs ?? null);
  if (lastStartMs !== null && atMs < lastStartMs) return false;
  return open !== undefined || (isRecent && !isBeforeLastEnd);
}

function later(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}

const withIds = (held: readonly string[], added: readonly string[]): string[] =>
  [...held.filter((id) => !added.includes(id)), ...added].slice(-RECORD_IDS_KEPT);
