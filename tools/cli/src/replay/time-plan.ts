import type { WireRecord } from '@drivewatch/contracts';
import type { RecordedRow } from './detail-record-file';

/** `max`: as fast as the server answers; a number: that many times as fast as recorded. */
export type ReplaySpeed = number | 'max';

export interface TimePlanOptions {
  speed: ReplaySpeed;
  /** Whether to move the records to the present. */
  now: boolean;
  /** Earliest and latest recorded time, epoch milliseconds. */
  firstMs: number;
  lastMs: number;
  /** When the replay begins, epoch milliseconds. */
  startedAtMs: number;
}

/** When each row is to be sent, and which time it then has. */
export class TimePlan {
  constructor(private readonly options: TimePlanOptions) {}

  /** Returns epoch milliseconds; with `max` everything is due at the start. */
  dueAtMs(row: Pick<RecordedRow, 'timeMs'>): number {
    const { speed, firstMs, startedAtMs } = this.options;
    return speed === 'max' ? startedAtMs : startedAtMs + (row.timeMs - firstMs) / speed;
  }

  /** When the last row is due, epoch milliseconds; undefined with `max`. */
  get endsAtMs(): number | undefined {
    return this.options.speed === 'max' ? undefined : this.dueAtMs({ timeMs: this.options.lastMs });
  }

  /**
   * Returns the record as it is sent. Unshifted, its `Time` stays as the file has it; the server reads a wall time in the
   * fleet's zone. Shifted, it is ISO 8601 in UTC: the moment when the row is due, or with `max` the recorded time
   * moved so that the newest record has the time at which the replay began.
   */
  toSend(row: RecordedRow): WireRecord {
    const { now, speed, lastMs, startedAtMs } = this.options;
    if (!now) return row.record;
    const shiftedMs = speed === 'max' ? startedAtMs + row.timeMs - lastMs : this.dueAtMs(row);
    return { ...row.record, Time: new Date(shiftedMs).toISOString() };
  }
}
