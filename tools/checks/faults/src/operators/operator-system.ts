import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RECORD_QUEUE, type RecordJob } from '@drivewatch/contracts';
import {
  createTemporaryServicesDir,
  type EmbeddedService,
  freePort,
  startEmbeddedRedis,
  startTestPostgres,
  SystemPostgres,
  type TemporaryDir,
} from '@drivewatch/local-services';
import { Database, migrate } from '@drivewatch/persistence';
import { connectRedis, QuietQueue, REDIS_PREFIX, workerConnection } from '@drivewatch/redis';
import { allOrNone, AppProcess, PATIENT, runProgram, testSparkSettings } from '@drivewatch/testing';
import { beforeExit } from '../disturb/before-exit';

const API = 'dist/apps/api/main.mjs';
const CONSUMER = 'dist/apps/consumer/main.mjs';

/** Where the database comes from: the PostgreSQL that `npm start` runs, or one that an operator has. */
export type Server = 'own' | 'system';

/** Folders that make up an installation; each can be destroyed and put back. */
export interface Installation {
  readonly postgres: string;
  readonly redis: string;
  readonly records: string;
  readonly public: string;
}

/**
 * One API and one consumer, with archive and retention, on services whose data can be taken away while they are
 * stopped. The address of the API stays the same.
 */
export class OperatorSystem {
  private readonly forget: () => void;
  private services: { readonly postgres: EmbeddedService; readonly redis: EmbeddedService } | null = null;
  private apps: readonly AppProcess[] = [];
  private database: Database | null = null;
  private installations = 0;
  /** Where the data of each part is now. */
  folders: Installation;

  private constructor(
    private readonly temporary: TemporaryDir,
    private readonly system: SystemPostgres,
    private readonly port: number,
    private server: Server,
  ) {
    this.folders = this.newFolders();
    this.forget = beforeExit(() => this.stop());
  }

  static async start(server: Server): Promise<OperatorSystem> {
    const system = new OperatorSystem(
      await createTemporaryServicesDir(),
      await SystemPostgres.find(),
      await freePort(),
      server,
    );
    await system.startServices();
    await system.startApps();
    return system;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get databaseUrl(): string {
    return this.running.postgres.url;
  }

  /** A folder for dumps and copies. */
  get workFolder(): string {
    return this.temporary.dir;
  }

  /** The `pg_dump` and `pg_restore` of the system. */
  get tools(): SystemPostgres {
    return this.system;
  }

  /** Settings of the apps and of the commands. */
  get env(): Readonly<Record<string, string>> {
    const { postgres, redis } = this.running;
    return {
      ...PATIENT,
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      PORT: String(this.port),
      TICK_SECONDS: '1',
      DRIVEWATCH_DIR: join(this.temporary.dir, 'drivewatch'),
      RECORDS_BUCKET: pathToFileURL(this.folders.records).href,
      PUBLIC_BUCKET: pathToFileURL(this.folders.public).href,
      ARCHIVE_EVERY: '1s',
      RETENTION_DAYS: '2',
      DASHBOARD_DIR: 'libs/testing/stand-in-page',
    };
  }

  /** Queries the database. */
  readonly query = async <T>(sql: string, parameters?: unknown[]): Promise<T[]> => {
    this.database ??= new Database(this.databaseUrl, { poolSize: 2 });
    return (await this.database.connected()).query<T[]>(sql, parameters);
  };

  /** Returns how many jobs in the queue are neither done nor failed. */
  async openJobs(): Promise<number> {
    const redis = connectRedis(workerConnection(this.running.redis.url), {
      error: () => undefined,
      log: () => undefined,
    });
    const queue = new QuietQueue<RecordJob>(RECORD_QUEUE, { connection: redis, prefix: REDIS_PREFIX });
    try {
      const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized');
      return Object.values(counts).reduce((sum, count) => sum + count, 0);
    } finally {
      await queue.close();
      redis.disconnect();
    }
  }

  /**
   * Runs one of the project's commands with the settings of the apps.
   *
   * @throws Error with its output, unless it ends with 0
   */
  async command(...nameAndArgs: string[]): Promise<string> {
    return (await runProgram('dist/tools/cli/main.mjs', nameAndArgs, this.env)).stdout;
  }

  /**
   * Runs the summaries job, as `npx nx run summaries:spark-submit` does.
   *
   * @throws Error with its output when it fails
   */
  async summarise(): Promise<void> {
    await runProgram('dist/tools/spark-submit/main.mjs', [], { ...this.env, ...(await testSparkSettings()) });
  }

  async startServices(): Promise<void> {
    await mkdir(this.folders.records, { recursive: true });
    const options = { dataDir: this.folders.postgres };
    const startPostgres = this.server === 'own' ? startTestPostgres : this.system.start.bind(this.system);
    const starting = {
      postgres: startPostgres(options),
      redis: startEmbeddedRedis({ dataDir: this.folders.redis, appendFsync: 'always' }),
    };
    await allOrNone(starting.postgres, starting.redis);
    this.services = { postgres: await starting.postgres, redis: await starting.redis };
  }

  async stopServices(): Promise<void> {
    await this.database?.close();
    this.database = null;
    await Promise.all(this.services ? [this.services.postgres.stop(), this.services.redis.stop()] : []);
    this.services = null;
  }

  /** Starts the apps as `npm start` and a deployment do, with the schema first. */
  async startApps(): Promise<void> {
    await migrate(this.databaseUrl);
    this.apps = await allOrNone(
      AppProcess.start(API, this.env, 'API listens'),
      AppProcess.start(CONSUMER, this.env, 'Consumer waits'),
    );
  }

  /** Stops the consumer in an orderly way, so that records acknowledged last stay in the queue. */
  async stopConsumer(): Promise<void> {
    await this.apps[1]?.stop();
  }

  /** Kills the apps without warning. */
  async crashApps(): Promise<void> {
    await Promise.all(this.apps.filter(({ isRunning }) => isRunning).map((app) => app.crash()));
  }

  /** The last output of the apps. */
  get outputs(): string {
    return this.apps.map(({ output }) => output).join('\n----------\n');
  }

  /**
   * Takes new, empty folders for the named parts, and a server of the given kind; the data in the old folders is lost
   * to the system.
   */
  loses(parts: readonly (keyof Installation)[], server: Server = this.server): void {
    const fresh = this.newFolders();
    this.server = server;
    this.folders = {
      ...this.folders,
      ...Object.fromEntries(parts.map((part) => [part, fresh[part]])),
    };
  }

  async stop(): Promise<void> {
    this.forget();
    await this.crashApps();
    await this.stopServices();
    await this.temporary.remove();
  }

  private get running() {
    if (this.services === null) throw new Error('The services are stopped');
    return this.services;
  }

  private newFolders(): Installation {
    this.installations += 1;
    const dir = (part: string) => join(this.temporary.dir, `${part}-${this.installations}`);
    return { postgres: dir('postgres'), redis: dir('redis'), records: dir('records'), public: dir('public') };
  }
}
