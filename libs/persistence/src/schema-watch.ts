import { Database } from './database';
import { newerSchemaWarning, type SchemaState, SchemaTooNewError } from './schema-state';

const LOOK_EVERY_MS = 2_000;
const LOOK_LIMIT_MS = 2_000;

/** The part of NestJS's logger that is used here. */
interface Log {
  log(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/**
 * Knows whether a newer version has changed the schema so that this program may not work on it. While PostgreSQL does
 * not answer, the last known state holds.
 */
export class SchemaWatch {
  private readonly database: Database;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | null = null;
  private changed: (isTooNew: boolean) => void = () => undefined;
  private tooNew = false;
  private hasWarned = false;

  constructor(
    databaseUrl: string,
    private readonly log: Log,
  ) {
    this.database = new Database(databaseUrl, { poolSize: 1, statementTimeoutMs: LOOK_LIMIT_MS });
  }

  get isTooNew(): boolean {
    return this.tooNew;
  }

  /**
   * Starts to look regularly.
   *
   * @param changed is told when this program may no longer work on the schema, and when it may again
   */
  start(changed: (isTooNew: boolean) => void = () => undefined): void {
    this.changed = changed;
    const look = () => {
      this.looking ??= this.look().finally(() => {
        this.looking = null;
      });
    };
    look();
    this.timer = setInterval(look, LOOK_EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
    await this.database.close();
  }

  private async look(): Promise<void> {
    const state = await this.database.schemaState().catch(() => null);
    if (state !== null) this.see(state);
  }

  private see({ unknown, isTooNew }: SchemaState): void {
    if (isTooNew !== this.tooNew) {
      this.tooNew = isTooNew;
      if (isTooNew) this.log.error(new SchemaTooNewError(unknown).message);
      else this.log.log('This version can work on the database again');
      this.changed(isTooNew);
    } else if (unknown.length > 0 && !isTooNew && !this.hasWarned) this.log.warn(newerSchemaWarning(unknown));
    this.hasWarned = unknown.length > 0;
  }
}

/**
 * Checks the schema once, before a program starts. While PostgreSQL does not answer, the program may start.
 *
 * @throws SchemaTooNewError when this program may not work on it
 */
export async function refuseNewerSchema(databaseUrl: string): Promise<void> {
  const database = new Database(databaseUrl, { poolSize: 1, statementTimeoutMs: LOOK_LIMIT_MS });
  const state = await database.schemaState().catch(() => null);
  await database.close();
  if (state?.isTooNew) throw new SchemaTooNewError(state.unknown);
}
