import { resolve } from 'node:path';
import { LAUNCHERS_POSTGRES } from '@drivewatch/local-services';
import { AuditEventRepository, commandActor, Database, type NewAuditEvent } from '@drivewatch/persistence';

/** The wait for a database that hangs is limited: what was done is done. */
const STATEMENT_LIMIT_MS = 5_000;

export interface AuditSettings {
  readonly DATABASE_URL?: string | undefined;
  readonly REDIS_URL?: string | undefined;
  readonly DRIVEWATCH_DIR: string;
}

/**
 * Notes in the audit log what was done to the queue, if its database can be reached. The database is neither started
 * for that nor needed: operators handle jobs while PostgreSQL is away, too.
 *
 * @param warn receives one line when the audit log could not be written
 */
export async function noteChange(
  settings: AuditSettings,
  warn: (line: string) => void,
  events: readonly NewAuditEvent[],
): Promise<void> {
  if (events.length === 0) return;
  try {
    const database = new Database(await databaseUrlOf(settings), {
      poolSize: 1,
      statementTimeoutMs: STATEMENT_LIMIT_MS,
      actor: commandActor(),
    });
    try {
      const log = new AuditEventRepository(database);
      for (const event of events) await log.record(event);
    } finally {
      await database.close();
    }
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    warn(`The audit log does not know of it: ${message === '' ? (code ?? String(error)) : message}`);
  }
}

async function databaseUrlOf({ DATABASE_URL, REDIS_URL, DRIVEWATCH_DIR }: AuditSettings): Promise<string> {
  if (DATABASE_URL !== undefined) return DATABASE_URL;
  // With somebody else's Redis, Drivewatch's own database would be the wrong one.
  if (REDIS_URL !== undefined) throw new Error('DATABASE_URL is not set');
  const url = await LAUNCHERS_POSTGRES.find(LAUNCHERS_POSTGRES.dataDirOf(resolve(DRIVEWATCH_DIR)));
  if (url === null) throw new Error("Drivewatch's own PostgreSQL does not run");
  return url;
}
