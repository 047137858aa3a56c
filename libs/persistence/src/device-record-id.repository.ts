import type { AcceptedRecord } from '@drivewatch/contracts';
import type { Database } from './database';

/** The facts kept about a record with a chosen id. */
export interface DeviceRecordId {
  readonly id: string;
  readonly recordedAtMs: number;
  /** The content of the record (`IdClaim`); `null` where it was stored before contents were kept. */
  readonly content: string | null;
}

/** Stores the chosen ids of all stored records, across all days. */
export class DeviceRecordIdRepository {
  constructor(private readonly database: Database) {}

  /**
   * @returns what is stored under these ids, by id; ids that are not stored are left out
   * @throws the driver's error
   */
  async find(ids: readonly string[]): Promise<Map<string, DeviceRecordId>> {
    if (ids.length === 0) return new Map();
    const dataSource = await this.database.connected();
    const found = await dataSource.query<DeviceRecordId[]>(
      `SELECT id, (extract(epoch FROM recorded_at) * 1000)::float8 AS "recordedAtMs", content
       FROM device_record_id WHERE id = ANY($1::uuid[])`,
      [ids],
    );
    return new Map(found.map((row) => [row.id, row]));
  }
}

/** Clock changes are multiples of this; a wall time that occurs twice may be read as either instant. */
const CLOCK_CHANGE_MS = 30 * 60_000;
const MOST_CLOCK_CHANGES = 4;

/**
 * Returns whether a record differs from the one that is stored under its id. Where the content of either is not known,
 * their times decide as far as they can.
 */
export function isAnotherRecord({ recordedAtMs, claim }: AcceptedRecord, stored: DeviceRecordId): boolean {
  if (!claim) return false;
  if (stored.content !== null) return stored.content !== claim.content;
  const changes = Math.abs(recordedAtMs - stored.recordedAtMs) / CLOCK_CHANGE_MS;
  return changes > MOST_CLOCK_CHANGES || !Number.isInteger(changes);
}
