import { type QueryRunner, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { ArchiveSession, untilAborted } from './archive-session';
import { createDataSource } from './data-source';
import { readSchemaState, SchemaTooNewError } from './schema-state';

/** The number is arbitrary, but is Drivewatch's own and not that of the migrations. */
const ARCHIVE_LOCK = 7_218_350;
/** One statement sorts the records of a batch, and a bulk load may leave many more of them than usual. */
const STATEMENT_TIMEOUT_MS = 3_600_000;

/** These settings let PostgreSQL notice, within a minute, that the program or machine that holds the lock is gone. */
const SESSION_SETTINGS = {
  tcp_keepalives_idle: '15',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '4',
  tcp_user_timeout: '60s',
  client_connection_check_interval: '2s',
};

/** Thrown when somebody else is archiving at this moment. */
export class ArchiveUnderWayError extends Error {
  override readonly name = 'ArchiveUnderWayError';
}

/** Grants the right to archive to one program at a time. */
export class ArchiveRepository {
  constructor(private readonly databaseUrl: string) {}

  /**
   * Runs `work` while nobody else archives from this database. The lock belongs to the connection on which the session
   * reads and writes, so that a session that loses the lock also loses the means to go on.
   *
   * @param signal ends the session within moments, even in the middle of a statement
   * @param statementTimeoutMs a statement that takes longer is cancelled; 0 sets no limit
   * @throws ArchiveUnderWayError; SchemaTooNewError when a newer version has changed what this one works on
   */
  async exclusively<T>(
    signal: AbortSignal,
    work: (session: ArchiveSession) => Promise<T>,
    { statementTimeoutMs = STATEMENT_TIMEOUT_MS } = {},
  ): Promise<T> {
    const options = { poolSize: 1, statementTimeoutMs };
    const dataSource = await createDataSource(this.databaseUrl, options).initialize();
    const runner = dataSource.createQueryRunner();
    try {
      const { isTooNew, unknown } = await readSchemaState(dataSource);
      if (isTooNew) throw new SchemaTooNewError(unknown);
      await takeLock(runner);
      const session = new ArchiveSession(runner, signal);
      return await work(session).finally(() => freeLock(runner, signal));
    } catch (error) {
      if (!(error instanceof QueryRunnerAlreadyReleasedError)) throw error;
      throw new Error('The connection to PostgreSQL was lost', { cause: error });
    } finally {
      // A lock that is still held ends with the connection; a connection on which a statement is still running is cut.
      await runner.release();
      await dataSource.destroy();
    }
  }
}

async function takeLock(runner: QueryRunner): Promise<void> {
  for (const [name, value] of Object.entries(SESSION_SETTINGS)) {
    // If the server's system lacks one of these settings, the lock of a vanished machine is freed later.
    await runner.query(`SELECT set_config($1, $2, false)`, [name, value]).catch(() => undefined);
  }
  const [{ taken }] = await runner.manager.query<[{ taken: boolean }]>(
    `SELECT pg_try_advisory_lock($1) AS taken`,
    [ARCHIVE_LOCK],
  );
  if (!taken) throw new ArchiveUnderWayError('An archive is under way already');
}

/**
 * Frees the lock at once. If it were left to the end of the connection, it would stay taken until the server notices
 * that end. A session that its signal ends does leave the lock, since a statement may still be running.
 */
async function freeLock(runner: QueryRunner, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const unlock = () => runner.query('SELECT pg_advisory_unlock($1)', [ARCHIVE_LOCK]);
  // A transaction that has failed answers nothing before it is rolled back.
  const freed = unlock().catch(() => runner.query('ROLLBACK').then(unlock));
  // When the connection is lost, so is the lock.
  await untilAborted(freed, signal).catch(() => undefined);
}
