import type { DrivingRecord } from '@drivewatch/contracts';
import type { Database } from './database';
import { createRecordDay } from './record-partition.repository';

const DAY_MS = 86_400_000;
/** The days around today whose partitions a store waits for: those of current drives and of slightly wrong clocks. */
const PRESENT_DAYS = 2;
/** The time is long beside that of asking, and short beside a day's time of use, since retention may drop one. */
const ASK_AGAIN_MS = 600_000;
/** How soon a day without a partition is tried again. */
const TRY_AGAIN_MS = 10_000;
/** Rather than wait longer than this, records go to the default partition. */
const LOCK_TIMEOUT_MS = 500;

/**
 * Makes the partitions of the present days before records of them are stored. `RecordPartitionRepository` makes those
 * of all other days apart from the stores, so that no number of old days holds up a store.
 */
export class RecordDays {
  /**
   * Maps a day, counted from 1970, to the time until which nothing is to be done about it; it holds only present days.
   */
  private readonly settledUntilMs = new Map<number, number>();

  constructor(private readonly database: Database) {}

  /**
   * Makes the missing partitions of present days in these records. A day may get none (docs/adr/0024): its records then
   * go to the default partition, and move from there to the partition that is made for the day later.
   *
   * @throws the driver's error
   */
  async prepare(records: readonly Pick<DrivingRecord, 'recordedAtMs'>[]): Promise<void> {
    const nowMs = Date.now();
    const today = Math.floor(nowMs / DAY_MS);
    const unsettled = new Set<number>();
    for (const { recordedAtMs } of records) {
      const day = Math.floor(recordedAtMs / DAY_MS);
      if (Math.abs(day - today) > PRESENT_DAYS || (this.settledUntilMs.get(day) ?? 0) > nowMs) continue;
      unsettled.add(day);
    }
    if (unsettled.size === 0) return;
    const dataSource = await this.database.connected();
    for (const day of unsettled) {
      const exists = await createRecordDay(dataSource, new Date(day * DAY_MS), LOCK_TIMEOUT_MS);
      this.settledUntilMs.set(day, nowMs + (exists ? ASK_AGAIN_MS : TRY_AGAIN_MS));
    }
    for (const [day, untilMs] of this.settledUntilMs) if (untilMs <= nowMs) this.settledUntilMs.delete(day);
  }
}
