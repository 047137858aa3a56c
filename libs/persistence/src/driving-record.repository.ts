import type { DrivingRecord } from '@drivewatch/contracts';
import type { PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import type { Database } from './database';
import { DrivingRecordEntity } from './driving-record.entity';
import { RecordDays } from './record-days';

const STATEMENT_NAME = 'insert-driving-records';
const NO_IDS: ReadonlySet<string> = new Set();

interface InsertStatement {
  sql: string;
  /** Reads the column's values out of the records, in the order of the statement's parameters. */
  readers: ((record: DrivingRecord) => unknown)[];
}

/** Stores driving records. */
export class DrivingRecordRepository {
  private statement: InsertStatement | null = null;
  private readonly days: RecordDays;

  constructor(private readonly database: Database) {
    this.days = new RecordDays(database);
  }

  /**
   * Stores records with one statement, all or none. A record whose id is stored already is left as it is, so that the
   * same records may be handed over again after a crash.
   *
   * @param newIds of records whose ids were made for them, so that each comes with one time only; all others are kept
   *   unique among all days (docs/adr/0013)
   * @returns how many were new
   * @throws the driver's error; `isPermanentStoreError` tells whether another try can succeed
   */
  async insertNew(records: readonly DrivingRecord[], newIds: ReadonlySet<string> = NO_IDS): Promise<number> {
    const dataSource = await this.database.connected();
    await this.days.prepare(records);
    this.statement ??= buildInsert(dataSource);
    const { sql, readers } = this.statement;
    const columns = [...readers.map((read) => records.map(read)), records.map(({ id }) => !newIds.has(id))];
    const runner = dataSource.createQueryRunner();
    try {
      // Prepared once per connection: planning twenty arrays takes longer than storing a few records. TypeORM's own
      // `query` cannot name statements.
      const client = (await runner.connect()) as PoolClient;
      const { rows } = await client.query<{ inserted: number }>({
        name: STATEMENT_NAME,
        text: sql,
        values: columns,
      });
      return rows[0]?.inserted ?? 0;
    } finally {
      await runner.release();
    }
  }
}

/** One array parameter per column; the entity says which columns there are and of which type. */
function buildInsert(dataSource: DataSource): InsertStatement {
  const columns = dataSource
    .getMetadata(DrivingRecordEntity)
    .columns.filter(({ isInsert, default: byStore }) => isInsert && byStore === undefined);
  const names = columns.map(({ databaseName }) => databaseName).join(', ');
  const arrays = columns.map(({ type }, index) => `$${index + 1}::${String(type)}[]`).join(', ');
  const chosen = `$${columns.length + 1}::boolean[]`;
  return {
    // A device may send one id with two times, and the first one counts: hence the time with the id.
    sql: `
      WITH job AS (
        SELECT * FROM unnest(${arrays}, ${chosen}) AS job (${names}, is_chosen)
      ), claimed AS (
        INSERT INTO device_record_id (id, recorded_at) SELECT id, recorded_at FROM job WHERE is_chosen
        ON CONFLICT (id) DO NOTHING
        RETURNING id, recorded_at
      ), stored AS (
        INSERT INTO driving_record (${names}, stored_xid)
        SELECT ${names}, pg_current_xact_id()::text::bigint FROM job
        WHERE NOT is_chosen OR (id, recorded_at) IN (SELECT id, recorded_at FROM claimed)
        ON CONFLICT (id, recorded_at) DO NOTHING
        RETURNING 1
      )
      SELECT count(*)::int AS inserted FROM stored`,
    readers: columns.map(({ propertyName }) =>
      propertyName === 'recordedAt'
        ? (record) => new Date(record.recordedAtMs).toISOString()
        : (record) => record[propertyName as keyof DrivingRecord],
    ),
  };
}
