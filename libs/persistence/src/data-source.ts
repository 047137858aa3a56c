import { DataSource, type Migration } from 'typeorm';
import { ArchiveBatchEntity } from './archive-batch.entity';
import { DashboardUserEntity } from './dashboard-user.entity';
import { DeviceKeyEntity } from './device-key.entity';
import { DrivingRecordEntity } from './driving-record.entity';
import { CreateDrivingRecord1763900000000 } from './migrations/1763900000000-create-driving-record';
import { CreateArchiveBatch1764000000000 } from './migrations/1764000000000-create-archive-batch';
import { CreateAccess1764100000000 } from './migrations/1764100000000-create-access';
import { PartitionDrivingRecord1764200000000 } from './migrations/1764200000000-partition-driving-record';
import { AddTickSlot1764210000000 } from './migrations/1764210000000-add-tick-slot';
import { AddRecordArrival1764300000000 } from './migrations/1764300000000-add-record-arrival';
import { AddRecordContent1764310000000 } from './migrations/1764310000000-add-record-content';
import { AddDeviceKeyOwner1764400000000 } from './migrations/1764400000000-add-device-key-owner';
import { GroupOldRecordDays1764410000000 } from './migrations/1764410000000-group-old-record-days';
import { CreateRemovedDriver1764420000000 } from './migrations/1764420000000-create-removed-driver';
import { NumberStores1764500000000 } from './migrations/1764500000000-number-stores';
import { NoteArchiveFiles1764510000000 } from './migrations/1764510000000-note-archive-files';
import { CreateSchemaCompatibility1764520000000 } from './migrations/1764520000000-create-schema-compatibility';
import { CreateAuditEvent1764530000000 } from './migrations/1764530000000-create-audit-event';
import { AddLiveKeys1764540000000 } from './migrations/1764540000000-add-live-keys';
import { newerSchemaWarning, readSchemaState, type SchemaState, SchemaTooNewError } from './schema-state';
import { TickCursorEntity } from './tick-cursor.entity';

export interface DataSourceOptions {
  /** The largest number of connections held at once. */
  poolSize?: number;
  /** A statement that takes longer is cancelled; 0 sets no limit. */
  statementTimeoutMs?: number;
  /** The names of the available migrations; all of them when unset. */
  migrations?: readonly string[];
}

/** The limit makes a statement that hangs fail rather than be waited for. */
const STATEMENT_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** The list may only be appended to; each name begins with a verb and each migration has a working `down`. */
const MIGRATIONS = [
  CreateDrivingRecord1763900000000,
  CreateArchiveBatch1764000000000,
  CreateAccess1764100000000,
  PartitionDrivingRecord1764200000000,
  AddTickSlot1764210000000,
  AddRecordArrival1764300000000,
  AddRecordContent1764310000000,
  AddDeviceKeyOwner1764400000000,
  GroupOldRecordDays1764410000000,
  CreateRemovedDriver1764420000000,
  NumberStores1764500000000,
  NoteArchiveFiles1764510000000,
  CreateSchemaCompatibility1764520000000,
  CreateAuditEvent1764530000000,
  AddLiveKeys1764540000000,
];

/** The names of all migrations that this version knows, oldest first. */
export const MIGRATION_NAMES: readonly string[] = MIGRATIONS.map(({ name }) => name);

/**
 * The one definition of how Drivewatch talks to PostgreSQL, not connected yet; the schema comes from migrations only.
 */
export function createDataSource(
  databaseUrl: string,
  {
    poolSize = 8,
    statementTimeoutMs = STATEMENT_TIMEOUT_MS,
    migrations = MIGRATION_NAMES,
  }: DataSourceOptions = {},
): DataSource {
  return new DataSource({
    type: 'postgres',
    url: databaseUrl,
    applicationName: 'drivewatch',
    entities: [
      ArchiveBatchEntity,
      DashboardUserEntity,
      DeviceKeyEntity,
      DrivingRecordEntity,
      TickCursorEntity,
    ],
    migrations: MIGRATIONS.filter(({ name }) => migrations.includes(name)),
    synchronize: false,
    poolSize,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: {
      statement_timeout: statementTimeoutMs,
      query_timeout: statementTimeoutMs === 0 ? 0 : statementTimeoutMs + 1_000,
    },
    poolErrorHandler: () => {
      // The pool replaces a connection that dies while idle; the next query tells whether the server is there.
    },
  });
}

/** The number is arbitrary, but Drivewatch's own: two programs that migrate at once wait for each other on it. */
const MIGRATION_LOCK = 7_218_349;

/** A migration may rewrite a large table, and whoever starts meanwhile waits as long as it takes. */
const MIGRATION_TIMEOUT_MS = 24 * 60 * 60 * 1_000;

/**
 * Brings the schema up to date; safe to run from several places at once.
 *
 * @param warn is told, in one line, of migrations that a newer version has made and this one can work with
 * @returns names of the migrations that were applied, oldest first
 * @throws SchemaTooNewError when a newer version has made one that this version cannot work with
 */
export function migrate(
  databaseUrl: string,
  warn: (message: string) => void = () => undefined,
): Promise<string[]> {
  return apply(databaseUrl, MIGRATION_NAMES, async (dataSource, { unknown }) => {
    if (unknown.length > 0) warn(newerSchemaWarning(unknown));
    const applied = await dataSource.runMigrations({ transaction: 'each' });
    // A copy of a database may lack the values of its sequences, and records stored then would count as archived.
    await dataSource.query('SELECT mend_store_numbers()');
    return applied;
  });
}

/**
 * Brings the schema of a database to the state that certain migrations produce, and no further.
 *
 * @param migrations names of migrations that this version knows
 * @returns as {@link migrate}
 * @throws as {@link migrate}
 */
export function migrateTo(databaseUrl: string, migrations: readonly string[]): Promise<string[]> {
  return apply(databaseUrl, migrations, (dataSource) => dataSource.runMigrations({ transaction: 'each' }));
}

async function apply(
  databaseUrl: string,
  migrations: readonly string[],
  run: (dataSource: DataSource, state: SchemaState) => Promise<Migration[]>,
): Promise<string[]> {
  const options = { poolSize: 2, statementTimeoutMs: MIGRATION_TIMEOUT_MS, migrations };
  const dataSource = await createDataSource(databaseUrl, options).initialize();
  try {
    const lock = dataSource.createQueryRunner();
    try {
      await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
      const state = await readSchemaState(dataSource);
      if (state.isTooNew) throw new SchemaTooNewError(state.unknown);
      return (await run(dataSource, state)).map((migration) => migration.name);
    } finally {
      await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).finally(() => lock.release());
    }
  } finally {
    await dataSource.destroy();
  }
}
