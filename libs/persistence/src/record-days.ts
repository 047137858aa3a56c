import type { DrivingRecord } from '@drivewatch/contracts';
import type { DataSource } from 'typeorm';
import { LOCK_NOT_AVAILABLE } from './archive-session';
import type { Database } from './database';

const DAY_MS = 86_400_000;
/** Long beside how long it takes to ask, and short beside how long a day is in use: retention may drop one. */
const ASK_AGAIN_MS = 600_000;
/** For a day without a partition. */
const TRY_AGAIN_MS = 60_000;
/** Records are stored in the default partition rather than kept waiting for it. */
const LOCK_TIMEOUT = '2s';

/** Makes the partitions of the days that records come from. */
export class RecordDays {
  /** Number of days since 1970, and until when nothing needs to be done about it. */
  private readonly settledUntilMs = new Map<number, number>();

  constructor(private readonly database: Database) {}

  /**
   * Makes the partitions that are missing for these records. A day may get none (docs/adr/0013): its records then go to the
   * default partition, and move from there to the partition that is made for the day later.
   *
   * @throws the driver's error
   */
  async prepare(records: readonly DrivingRecord[]): Promise<void> {
    const now = Date.now();
    const days = new Set(records.map(({ recordedAtMs }) => Math.floor(recordedAtMs / DAY_MS)));
    const unsettled = [...days].filter((day) => (this.settledUntilMs.get(day) ?? 0) <= now);
    if (unsettled.length === 0) return;
    const dataSource = await this.database.connected();
    for (const day of unsettled) {
      const exists = await createDay(dataSource, day);
      this.settledUntilMs.set(day, now + (exists ? ASK_AGAIN_MS : TRY_AGAIN_MS));
    }
    for (const [day, untilMs] of this.settledUntilMs) if (untilMs <= now) this.settledUntilMs.delete(day);
  }
}

/** In a transaction of its own, so that nobody waits for the locks until the records are stored. */
async function createDay(dataSource: DataSource, day: number): Promise<boolean> {
  try {
    return await dataSource.transaction(async (manager) => {
      await manager.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
      const [{ exists }] = await manager.query<[{ exists: boolean }]>(
        `SELECT create_driving_record_day(DATE '1970-01-01' + $1::int) AS exists`,
        [day],
      );
      return exists;
    });
  } catch (error) {
    if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error;
    return false;
  }
}
