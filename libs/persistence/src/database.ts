import type { DataSource } from 'typeorm';
import { readArchiveBacklogSeconds } from './archive-backlog';
import { createDataSource, type DataSourceOptions } from './data-source';
import { readSchemaState, type SchemaState } from './schema-state';

/** The actor in the audit log where none is given. */
const DRIVEWATCH_ITSELF = 'drivewatch';

export interface DatabaseOptions extends DataSourceOptions {
  /** The person or program that makes the changes, as the audit log names them. */
  actor?: string;
}

/** A database that may be away: programs start without it, and each use connects first unless one already has. */
export class Database {
  private readonly dataSource: DataSource;
  private connecting: Promise<DataSource> | null = null;

  /** The person or program that makes the changes, as the audit log names them. */
  readonly actor: string;

  constructor(databaseUrl: string, { actor = DRIVEWATCH_ITSELF, ...options }: DatabaseOptions = {}) {
    this.actor = actor;
    this.dataSource = createDataSource(databaseUrl, options);
  }

  /** @throws the driver's error while PostgreSQL cannot be reached; the next call tries again */
  connected(): Promise<DataSource> {
    if (this.dataSource.isInitialized) return Promise.resolve(this.dataSource);
    this.connecting ??= this.dataSource.initialize().finally(() => {
      this.connecting = null;
    });
    return this.connecting;
  }

  /** @throws the driver's error while PostgreSQL does not answer */
  async schemaState(): Promise<SchemaState> {
    return await readSchemaState(await this.connected());
  }

  /**
   * @returns the size of this database on PostgreSQL's disk, in bytes
   * @throws the driver's error while PostgreSQL does not answer
   */
  async bytes(): Promise<number> {
    const [row] = await (
      await this.connected()
    ).query<{ bytes: string }[]>('SELECT pg_database_size(current_database()) AS bytes');
    return Number(row?.bytes);
  }

  /**
   * @returns for how many seconds the oldest record that is not archived has been stored, 0 when there is none
   * @throws the driver's error while PostgreSQL does not answer, or lacks a migration
   */
  async archiveBacklogSeconds(): Promise<number> {
    return await readArchiveBacklogSeconds(await this.connected());
  }

  async close(): Promise<void> {
    await this.connecting?.catch(() => undefined);
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}
