import type { Duplex, Readable } from 'node:stream';
import type { PoolClient } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { QueryRunner } from 'typeorm';
import type { SessionQuery } from './archive-types';
import {
  type CopiedTable,
  type DatabaseContents,
  quoted,
  readMigrationNames,
  readPartitions,
  readSequences,
  readTables,
  type TableShape,
} from './database-contents';
import { KEEP_RECORDS_IN_PLACE } from './partition-moves';

/** Fixes how values are written, whatever the server's settings, so that any PostgreSQL reads them back unchanged. */
export const COPY_SETTINGS = `SELECT set_config('datestyle', 'ISO', true), set_config('timezone', 'UTC', true),
  set_config('intervalstyle', 'postgres', true), set_config('extra_float_digits', '1', true),
  set_config('bytea_output', 'hex', true), set_config('statement_timeout', '0', true),
  set_config('idle_in_transaction_session_timeout', '0', true)`;

/** Writes the rows of a table, which come in PostgreSQL's text format, and returns when all of them are written. */
export type WriteRows = (table: TableShape, rows: Readable) => Promise<void>;

/** Reads the whole database as it is at one moment, while others go on storing; `ArchiveSession` hands it out. */
export class DatabaseReader {
  constructor(
    private readonly runner: QueryRunner,
    private readonly query: SessionQuery,
  ) {}

  /**
   * Copies every table. Only the sequences may be read later than the rows, and are then further on.
   *
   * @throws the driver's error, which is that of a missing table where the database was never migrated; any error of
   * `write`
   */
  async read(write: WriteRows): Promise<DatabaseContents> {
    await this.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await this.query(COPY_SETTINGS);
    // New partitions have to wait, so that stores do not queue behind whoever waits to make one.
    await this.query(KEEP_RECORDS_IN_PLACE);
    await this.query('SELECT FROM driving_record LIMIT 1');
    const [server] = await this.query<{ version: string }>(
      `SELECT split_part(current_setting('server_version'), ' ', 1) AS version`,
    );
    const shapes = await readTables(this.query);
    const contents = {
      serverVersion: server?.version ?? '',
      databaseId: await this.databaseId(shapes),
      migrations: await readMigrationNames(this.query),
      partitions: await readPartitions(this.query),
    };
    const tables: CopiedTable[] = [];
    for (const shape of shapes) tables.push({ ...shape, rows: await this.copy(shape, write) });
    const sequences = await readSequences(this.query);
    await this.query('COMMIT');
    return { ...contents, tables, sequences };
  }

  private async databaseId(shapes: readonly TableShape[]): Promise<string | null> {
    if (!shapes.some(({ name }) => name === 'database_identity')) return null;
    const [row] = await this.query<{ id: string }>('SELECT id FROM database_identity');
    return row?.id ?? null;
  }

  /** @returns how many rows there were */
  private async copy(table: TableShape, write: WriteRows): Promise<number> {
    const client = (await this.runner.connect()) as PoolClient;
    const columns = table.columns.map(quoted).join(', ');
    const rows = client.query(copyTo(`COPY (SELECT ${columns} FROM ${quoted(table.name)}) TO STDOUT`));
    await write(table, rows).catch((error: unknown) => {
      // When the connection ends, the rows fail as well.
      rows.on('error', () => undefined);
      cut(client);
      throw error;
    });
    // The number of rows comes after them, and before the answer to anything else.
    await this.query('SELECT');
    return rows.rowCount;
  }
}

/** Ends a connection with rows on their way that nobody will read; whatever came after them would wait for ever. */
function cut(client: PoolClient): void {
  const { connection } = client as unknown as { connection: { stream: Duplex } };
  connection.stream.destroy();
}
