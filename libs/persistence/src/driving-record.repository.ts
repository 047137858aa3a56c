import type { DrivingRecord } from '@drivewatch/contracts';
import type { PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import type { Database } from './database';
import { DrivingRecordEntity } from './driving-record.entity';
import { RecordDays } from './record-days';

const NO_IDS: ReadonlySet<string> = new Set();

interface InsertStatement {
  name: string;
  sql: string;
  /** Reads the column's values out of the records, in the order of the statement's parameters. */
  readers: ((record: DrivingRecord, newIds: ReadonlySet<string>) => unknown)[];
}

/** Stores driving records. */
export class DrivingRecordRepository {
  private readonly statements = new Map<boolean, InsertStatement>();
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
    const { name, sql, readers } = this.statementFor(
      records.some(({ id }) => !newIds.has(id)),
      dataSource,
    );
    const values = readers.map((read) => records.map((record) => read(record, newIds)));
    const runner = dataSource.createQueryRunner();
    try {
      // Prepared once per connection: planning twenty arrays takes longer than storing a few records. TypeORM's own
      // `query` cannot name statements.
      const client = (await runner.connect()) as PoolClient;
      const { rows } = await client.query<{ inserted: number }>({
        name,
        text: sql,
        values,
      });
      return rows[0]?.inserted ?? 0;
    } finally {
      await runner.release();
    }
  }

  private statementFor(hasChosenIds: boolean, dataSource: DataSource): InsertStatement {
    let statement = this.statements.get(hasChosenIds);
    if (statement === undefined) {
      statement = buildInsert(hasChosenIds, dataSource);
      this.statements.set(hasChosenIds, statement);
    }
    return statement;
  }
}

function readerOf(property: keyof DrivingRecordEntity): (record: DrivingRecord) => unknown {
  if (property === 'recordedAt') return ({ recordedAtMs }) => isoTime(recordedAtMs);
  if (property === 'receivedAt')
    return ({ receivedAtMs }) => (receivedAtMs === null ? null : isoTime(receivedAtMs));
  return (record) => record[property as keyof DrivingRecord];
}

const isoTime = (epochMs: number): string => new Date(epochMs).toISOString();

/**
 * One array parameter per column; the entity says which columns there are and of which type.
 *
 * @param hasChosenIds whether some ids are from outside; nearly all jobs have none, and are spared what those cost
 */
function buildInsert(hasChosenIds: boolean, dataSource: DataSource): InsertStatement {
  const columns = dataSource
    .getMetadata(DrivingRecordEntity)
    .columns.filter(({ isInsert, default: byStore }) => isInsert && byStore === undefined);
  const names = columns.map(({ databaseName }) => databaseName).join(', ');
  const arrays = columns.map(({ type }, index) => `$${index + 1}::${String(type)}[]`).join(', ');
  const readers = columns.map(({ propertyName }) => readerOf(propertyName as keyof DrivingRecordEntity));
  const insertFrom = (source: string): string => `
    INSERT INTO driving_record (${names}, stored_xid)
    SELECT ${names}, pg_current_xact_id()::text::bigint FROM ${source}
    ON CONFLICT (id, recorded_at) DO NOTHING
    RETURNING 1`;
  if (!hasChosenIds)
    return {
      name: 'insert-records-of-new-ids',
      sql: `
        WITH stored AS (${insertFrom(`unnest(${arrays}) AS job (${names})`)})
        SELECT count(*)::int AS inserted FROM stored`,
      readers,
    };
  const chosen = `$${columns.length + 1}::boolean[]`;
  return {
    name: 'insert-records',
    // A device may send one id with two times, and the first one counts: hence the time with the id.
    sql: `
      WITH job AS (
        SELECT * FROM unnest(${arrays}, ${chosen}) AS job (${names}, is_chosen)
      ), claimed AS (
        INSERT INTO device_record_id (id, recorded_at) SELECT id, recorded_at FROM job WHERE is_chosen
        ON CONFLICT (id) DO NOTHING
        RETURNING id, recorded_at
      ), stored AS (${insertFrom(
        'job WHERE NOT is_chosen OR (id, recorded_at) IN (SELECT id, recorded_at FROM claimed)',
      )})
      SELECT count(*)::int AS inserted FROM stored`,
    readers: [...readers, ({ id }, newIds) => !newIds.has(id)],
  };
}
