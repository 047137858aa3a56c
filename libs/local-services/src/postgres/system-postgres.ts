import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startPostgres } from './embedded-postgres';
import type { EmbeddedService, EmbeddedServiceOptions } from '../service/embedded-service';
import { ensureProgram, SYSTEM_PROGRAMS } from '../process/system-programs.mjs';

const run = promisify(execFile);
/** The part of {@link INITDB_OPTIONS} that PostgreSQL 14 and later know. */
const SYSTEM_INITDB_OPTIONS = [
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--no-instructions',
  '--no-sync',
];

/**
 * The operating system's PostgreSQL, such as an operator has beside Drivewatch: another major version than the one that
 * `npm start` runs, and with `pg_dump` and `pg_restore`.
 */
export class SystemPostgres {
  private constructor(private readonly folder: string) {}

  /** Installs it where that is possible. @throws Error, one line that says what to install */
  static async find(): Promise<SystemPostgres> {
    // The other programs are beside the program itself, to which a link may lead.
    const initdb = await realpath(await ensureProgram(SYSTEM_PROGRAMS.postgres));
    return new SystemPostgres(dirname(initdb));
  }

  /** Starts such a server for tests, one that does not wait for the disk. @throws as `startEmbeddedPostgres` */
  start(options: EmbeddedServiceOptions = {}): Promise<EmbeddedService> {
    return startPostgres(options, {
      binaries: { initdb: this.program('initdb'), postgres: this.program('postgres') },
      initdbOptions: SYSTEM_INITDB_OPTIONS,
      settings: { fsync: 'off' },
    });
  }

  /** Writes a database to a file, in PostgreSQL's own format. */
  async dump(url: string, file: string): Promise<void> {
    await run(this.program('pg_dump'), ['--format=custom', '--file', file, url]);
  }

  /** Fills an empty database from such a file. */
  async restore(file: string, url: string): Promise<void> {
    await run(this.program('pg_restore'), ['--exit-on-error', '--dbname', url, file]);
  }

  private program(name: string): string {
    return join(this.folder, name);
  }
}
