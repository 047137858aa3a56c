import type { AcceptedRecord } from '@drivewatch/contracts';
import type { PoolClient, QueryConfig } from 'pg';
import type { DataSource } from 'typeorm';
import type { Database } from './database';
import { DeviceRecordIdRepository, isAnotherRecord } from './device-record-id.repository';
import { DrivingRecordEntity } from './driving-record.entity';
import { RecordDays } from './record-days';
import { isMisrouted } from './store-error';

interface InsertStatement {
  name: string;
  sql: string;
  /** Read the values of the columns out of the records, in the order of the statement's parameters. */
  readers: ((record: AcceptedRecord) => unknown)[];
}

/** How often a job is tried whose days get partitions at that very moment; a second try is nearly always enough. */
const ATTEMPTS = 5;

/** Stores driving records. */
export class DrivingRecordRepository {
  private readonly statements = new Map<boolean, InsertStatement>();
  private readonly days: RecordDays;
  private readonly ids: DeviceRecordIdRepository;

  constructor(private readonly database: Database) {
    this.days = new RecordDays(database);
    this.ids = new DeviceRecordIdRepository(database);
  }

  /**
   * Stores records with one statement, all or none. A record whose id is stored already is left as it is, so that the
   * same records may be handed over again after a crash; {@link usedOtherwise} tells whether it is the same one.
   *
   * @param records those with ids made for them alone (not `isIdChosen`) always come with the same time; chosen ids are
   * kept unique across all days (docs/adr/0013)
   * @returns how many were new
   * @throws the driver's error; `isPermanentStoreError` tells whether another try can succeed
   */
  async insertNew(records: readonly AcceptedRecord[]): Promise<number> {
    const dataSource = await this.database.connected();
    await this.days.prepare(records);
    const fresh = await this.withoutThoseStoredAsSent(records);
    if (fresh.length === 0) return 0;
    const { name, sql, readers } = this.statementFor(
      fresh.some(({ isIdChosen = true }) => isIdChosen),
      dataSource,
    );
    const values = readers.map((read) => fresh.map(read));
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await insertWith(dataSource, { name, text: sql, values });
      } catch (error) {
        if (!isMisrouted(error) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /**
   * Finds, among records that were handed to {@link insertNew}, those that are not stored because other records have
   * their ids.
   *
   * @throws the driver's error
   */
  async usedOtherwise(records: readonly AcceptedRecord[]): Promise<AcceptedRecord[]> {
    const claimed = records.filter(({ claim }) => claim);
    const stored = await this.ids.find(claimed.map(({ id }) => id));
    return claimed.filter((record) => {
      const found = stored.get(record.id);
      return found !== undefined && isAnotherRecord(record, found);
    });
  }

  /** Leaves out records that an older version stored under the very id that the device sent; the id is derived now. */
  private async withoutThoseStoredAsSent(
    records: readonly AcceptedRecord[],
  ): Promise<readonly AcceptedRecord[]> {
    const sentIds = records.flatMap(({ claim }) => claim?.sentId ?? []);
    if (sentIds.length === 0) return records;
    const stored = await this.ids.find(sentIds);
    return records.filter((record) => {
      const found = record.claim?.sentId ? stored.get(record.claim.sentId) : undefined;
      return found === undefined || isAnotherRecord(record, found);
    });
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

async function insertWith(dataSource: DataSource, statement: QueryConfig): Promise<number> {
  const runner = dataSource.createQueryRunner();
  try {
    // The statement is prepared once per connection, because planning twenty arrays takes longer than storing a few
    // records. TypeORM's own `query` cannot name statements.
    const client = (await runner.connect()) as PoolClient;
    const { rows } = await client.query<{ inserted: number }>(statement);
    return rows[0]?.inserted ?? 0;
  } finally {
    await runner.release();
  }
}

function readerOf(property: keyof DrivingRecordEntity): (record: AcceptedRecord) => unknown {
  if (property === 'recordedAt') return ({ recordedAtMs }) => isoTime(recordedAtMs);
  if (property === 'receivedAt')
    return ({ receivedAtMs }) => (receivedAtMs === null ? null : isoTime(receivedAtMs));
  return (record) => record[property as keyof AcceptedRecord];
}

const isoTime = (epochMs: number): string => new Date(epochMs).toISOString();

/**
 * Builds the statement with one array parameter per column; the entity says which columns there are and of which type.
 *
 * @param hasChosenIds whether some ids are chosen; nearly all jobs have none, and are spared the cost of checking them
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
    SELECT ${names}, (SELECT store_number()) FROM ${source}
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
  const [chosen, content] = [`$${columns.length + 1}::boolean[]`, `$${columns.length + 2}::uuid[]`];
  return {
    name: 'insert-records',
    // A device may send one id with two times, or two contents. The first one counts, so both are kept with the id.
    sql: `
      WITH job AS (
        SELECT * FROM unnest(${arrays}, ${chosen}, ${content}) AS job (${names}, is_chosen, content)
      ), claimed AS (
        INSERT INTO device_record_id (id, recorded_at, content)
        SELECT id, recorded_at, content FROM job WHERE is_chosen
        ON CONFLICT (id) DO NOTHING
        RETURNING id, recorded_at, content
      ), stored AS (${insertFrom(`job WHERE NOT is_chosen OR EXISTS (
        SELECT FROM claimed
        WHERE claimed.id = job.id AND claimed.recorded_at = job.recorded_at
          AND claimed.content IS NOT DISTINCT FROM job.content
      )`)})
      SELECT count(*)::int AS inserted FROM stored`,
    readers: [...readers, ({ isIdChosen = true }) => isIdChosen, ({ claim }) => claim?.content ?? null],
  };
}
