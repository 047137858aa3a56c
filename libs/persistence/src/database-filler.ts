import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { QueryRunner } from 'typeorm';
import type { SessionQuery } from './archive-types';
import {
  type CopiedTable,
  type DatabaseContents,
  quoted,
  readMigrationNames,
  readPartitions,
  readTables,
  type SequenceValue,
} from './database-contents';
import { COPY_SETTINGS } from './database-reader';

/** These tables hold nothing before somebody uses Drivewatch. */
const FILLED_BY_USE = ['driving_record', 'archive_batch', 'device_key', 'dashboard_user'];

/** Opens the rows of a table in the backup. */
export type OpenRows = (table: CopiedTable) => {
  readonly rows: Readable;
  /** Checks, once all rows were read, that they are those that were written. @throws Error in one line */
  readonly checked: () => Promise<void>;
};

/** Restores what a `DatabaseReader` has read into a database that holds nothing yet; `ArchiveSession` hands it out. */
export class DatabaseFiller {
  constructor(
    private readonly runner: QueryRunner,
    private readonly query: SessionQuery,
  ) {}

  /**
   * Returns whether this backup was put into this database by a restore that did not finish.
   *
   * @throws the driver's error
   */
  async isUnfinished(backupId: string): Promise<boolean> {
    const [row] = await this.query<{ mark: string | null }>(
      `SELECT obj_description(to_regclass('driving_record'), 'pg_class') AS mark`,
    );
    return row?.mark === markOf(backupId);
  }

  /**
   * Checks whether the database may take a backup.
   *
   * @param migrations those of the backup
   * @returns the obstacle, in one line that says what to do, or `null`
   * @throws the driver's error
   */
  async problem(migrations: readonly string[]): Promise<string | null> {
    const beyond = (await readMigrationNames(this.query)).filter((name) => !migrations.includes(name));
    if (beyond.length > 0)
      return `the database was migrated beyond the backup (${beyond.join(', ')}); restore into an empty one, such as that of another DRIVEWATCH_DIR`;
    const [others] = await this.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = current_setting('application_name') AND pid <> pg_backend_pid()`,
    );
    if ((others?.count ?? 0) > 0)
      return `programs of Drivewatch are connected to the database; stop the API and the consumers first`;
    return this.usedProblem();
  }

  /**
   * Makes the partitions of the backup and fills all tables, which have the backup's migrations, in one transaction.
   *
   * @throws Error in one line when the database is in use after all, lacks a table, or does not take all rows; the
   * driver's error; any error of opening the rows. The database then holds nothing of the backup.
   */
  async fill(contents: DatabaseContents, backupId: string, open: OpenRows): Promise<void> {
    await this.assertTables(contents.tables);
    await this.makePartitions(contents);
    await this.query('BEGIN');
    try {
      await this.query(COPY_SETTINGS);
      await this.query('LOCK TABLE ONLY driving_record IN ACCESS EXCLUSIVE MODE');
      const problem = await this.usedProblem();
      if (problem !== null) throw new Error(problem);
      const names = contents.tables.map(({ name }) => name);
      for (const name of names) await this.query(`ALTER TABLE ${quoted(name)} DISABLE TRIGGER USER`);
      // The table of records is empty, and emptying it would lock each of its many partitions with their indexes.
      const others = names.filter((name) => name !== 'driving_record');
      if (others.length > 0) await this.query(`TRUNCATE ${others.map(quoted).join(', ')}`);
      for (const table of contents.tables) await this.copy(table, open);
      for (const table of contents.tables) await this.assertRows(table);
      for (const name of names) await this.query(`ALTER TABLE ${quoted(name)} ENABLE TRIGGER USER`);
      for (const sequence of contents.sequences) await this.set(sequence);
      await this.query(`COMMENT ON TABLE driving_record IS '${markOf(backupId)}'`);
      await this.query('COMMIT');
    } catch (error) {
      await this.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
    await this.query('ANALYZE');
  }

  /** Notes that nothing of a restore is left to do. @throws the driver's error */
  async finish(): Promise<void> {
    await this.query('COMMENT ON TABLE driving_record IS NULL');
  }

  private async usedProblem(): Promise<string | null> {
    for (const name of FILLED_BY_USE) {
      const [table] = await this.query<{ found: boolean }>(`SELECT to_regclass($1) IS NOT NULL AS found`, [
        name,
      ]);
      if (table?.found !== true) continue;
      const [row] = await this.query<{ used: boolean }>(`SELECT EXISTS (SELECT FROM ${name}) AS used`);
      if (row?.used === true)
        return `the database is in use already (${name} holds rows); restore into an empty one, such as that of another DRIVEWATCH_DIR`;
    }
    return null;
  }

  private async assertTables(tables: readonly CopiedTable[]): Promise<void> {
    const there = new Map((await readTables(this.query)).map(({ name, columns }) => [name, columns]));
    for (const { name, columns } of tables) {
      const found = there.get(name);
      const missing = columns.filter((column) => found?.includes(column) !== true);
      if (missing.length > 0)
        throw new Error(
          `the backup has ${found === undefined ? `a table ${name}` : `columns of ${name} (${missing.join(', ')})`} that its migrations do not make`,
        );
    }
  }

  /** Makes each partition in its own transaction; all at once need more locks than PostgreSQL has by default. */
  private async makePartitions({ partitions }: DatabaseContents): Promise<void> {
    await this.query(`SET timezone TO 'UTC'`);
    await this.query(`SET datestyle TO 'ISO'`);
    const wanted = new Set(partitions.map((partition) => JSON.stringify(partition)));
    const there = new Set<string>();
    for (const { table, name, from, to } of await readPartitions(this.query)) {
      const key = JSON.stringify({ table, name, from, to });
      there.add(key);
      if (!wanted.has(key)) await this.query(dropIfEmpty(name));
    }
    for (const { table, name, from, to } of partitions) {
      if (there.has(JSON.stringify({ table, name, from, to }))) continue;
      const [statement] = await this.query<{ sql: string }>(
        `SELECT format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', $1::text, $2::text, $3::text, $4::text) AS sql`,
        [name, table, from, to],
      );
      if (statement !== undefined) await this.query(statement.sql);
    }
  }

  private async copy(table: CopiedTable, open: OpenRows): Promise<void> {
    const client = (await this.runner.connect()) as PoolClient;
    const columns = table.columns.map(quoted).join(', ');
    const { rows, checked } = open(table);
    const into = client.query(copyFrom(`COPY ${quoted(table.name)} (${columns}) FROM STDIN`));
    await pipeline(rows, into);
    await checked();
  }

  private async assertRows({ name, rows }: CopiedTable): Promise<void> {
    const [found] = await this.query<{ rows: number }>(
      `SELECT count(*)::float8 AS rows FROM ${quoted(name)}`,
    );
    if (found?.rows !== rows)
      throw new Error(`the table ${name} has ${found?.rows} rows after the restore, not ${rows}`);
  }

  private async set({ name, value, isCalled }: SequenceValue): Promise<void> {
    // Numbers that an interrupted restore has given out stay given out.
    await this.query(
      `SELECT setval(to_regclass($1), greatest(last_value, $2::bigint), is_called OR $3::boolean) FROM ${quoted(name)}`,
      [quoted(name), value, isCalled],
    );
  }
}

const markOf = (backupId: string): string =>
  `Restored from backup ${backupId.replaceAll(/[^\w-]/g, '')}, not to its end yet`;

const dropIfEmpty = (name: string): string => `
  DO $drop$ BEGIN
    LOCK TABLE ${quoted(name)} IN ACCESS EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM ${quoted(name)}) THEN
      RAISE EXCEPTION 'the database is in use already';
    END IF;
    DROP TABLE ${quoted(name)};
  END $drop$`;
