import type { ApiConfig } from '@drivewatch/config';
import { readArchiveRuns } from '@drivewatch/server';
import { Database, type SchemaState, SchemaTooNewError } from '@drivewatch/persistence';
import { DurabilityWatch, REDIS, REDIS_PREFIX, type RedisClient } from '@drivewatch/redis';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HealthCheckService, type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { API_CONFIG } from '../config.module';
import { QueueWatchService } from './queue-watch.service';
import { TickWatch } from '../scheduler/tick-watch';

/** A check that takes longer than this has failed. */
const CHECK_LIMIT_MS = 2_000;
/** Anybody may ask, however often, so no check runs more often than this. */
const CACHED_MS = 500;
/** One or two runs may fail in an outage that heals by itself. */
const FAILED_ARCHIVE_RUNS = 3;
/** How long the size of the database is taken to stay the same. */
const SIZE_KEPT_MS = 60_000;

/** Checks whether this instance can do its work. The result holds no address and no secret, because anybody may ask. */
@Injectable()
export class HealthService implements OnApplicationShutdown {
  /**
   * The checks have a connection of their own: while PostgreSQL hangs, they must not take the connections that ticks
   * are read on.
   */
  private readonly database: Database;
  private probing: Promise<SchemaState> | null = null;
  private size: { bytes: number; readMs: number } | null = null;

  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly queue: QueueWatchService,
    private readonly ticks: TickWatch,
    private readonly durability: DurabilityWatch,
    @Inject(REDIS) private readonly redis: RedisClient,
    @Inject(API_CONFIG) private readonly config: ApiConfig,
  ) {
    this.database = new Database(config.DATABASE_URL, { poolSize: 1, statementTimeoutMs: CHECK_LIMIT_MS });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }

  /**
   * @returns the checks, all of which passed
   * @throws ServiceUnavailableException of @nestjs/terminus, with the checks, when one did not
   */
  check(): ReturnType<HealthCheckService['check']> {
    return this.health.check([
      () => this.checkRedis(),
      () => this.ask('postgresql', 'PostgreSQL does not answer', () => this.schemaState()),
      () => this.checkMigrations(),
      () => this.checkQueue(),
      () => this.checkTicks(),
      () => this.checkArchive(),
    ]);
  }

  /**
   * Returns what the metrics show of PostgreSQL.
   *
   * @returns null while it does not answer
   */
  databaseState(): Promise<{ pendingMigrations: number; bytes: number } | null> {
    return nullAfterLimit(async () => ({
      pendingMigrations: (await this.schemaState()).pending.length,
      bytes: await this.databaseBytes(),
    }));
  }

  /**
   * Returns how long the oldest record that is not archived has been stored.
   *
   * @returns seconds, 0 when there is none; null while PostgreSQL does not say
   */
  archiveBacklogSeconds(): Promise<number | null> {
    return nullAfterLimit(() => this.database.archiveBacklogSeconds());
  }

  /**
   * The result is cached: PostgreSQL looks at every file of every partition for it, and metrics are read every few
   * seconds.
   */
  private async databaseBytes(): Promise<number> {
    const nowMs = performance.now();
    if (this.size === null || nowMs - this.size.readMs > SIZE_KEPT_MS)
      this.size = { bytes: await this.database.bytes(), readMs: nowMs };
    return this.size.bytes;
  }

  /** @param failure reported instead of the error, which may contain addresses */
  private ask(
    key: string,
    failure: string,
    work: () => Promise<unknown>,
  ): PromiseLike<HealthIndicatorResult> {
    return this.indicators
      .check(key)
      .attempt(async () => {
        await work().catch(() => {
          throw new Error(failure);
        });
      })
      .withTimeout(CHECK_LIMIT_MS)
      .cacheFor(CACHED_MS);
  }

  private checkRedis(): PromiseLike<HealthIndicatorResult> {
    return this.indicators
      .check('redis')
      .attempt(async () => {
        const answers = [this.redis.exists(`${REDIS_PREFIX}:health`), this.durability.look()] as const;
        const [, { problem }] = await Promise.all(answers).catch(() => {
          throw new Error('Redis does not answer');
        });
        if (problem !== null) throw new Error(problem);
      })
      .withTimeout(CHECK_LIMIT_MS)
      .cacheFor(CACHED_MS);
  }

  private checkMigrations(): PromiseLike<HealthIndicatorResult> {
    return this.indicators
      .check('migrations')
      .attempt(async () => {
        const state = await this.schemaState().catch(() => null);
        if (state === null) throw new Error('Not known while PostgreSQL does not answer');
        const { pending, unknown, isTooNew } = state;
        if (isTooNew) throw new SchemaTooNewError(unknown);
        if (pending.length > 0) throw new Error(`Not applied yet (npm run migrate): ${pending.join(', ')}`);
      })
      .withTimeout(CHECK_LIMIT_MS)
      .cacheFor(CACHED_MS);
  }

  private async checkQueue(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('queue');
    try {
      const { waiting, active, failed, isPaused, stalledMs } = await this.queue.look();
      const stalledSeconds = Math.floor(stalledMs / 1000);
      const details = { waiting, active, failed, ...(isPaused && { isPaused }) };
      if (stalledMs > this.config.QUEUE_STALLED_SECONDS * 1_000) {
        const message = `There are jobs, and none was finished for ${stalledSeconds} s`;
        return indicator.down({ message, ...details });
      }
      if (failed === 0) return indicator.up(details);
      return indicator.degraded({ message: 'There are failed jobs; see npm run jobs -- failed', ...details });
    } catch {
      return indicator.down({ message: 'Not known while Redis does not answer' });
    }
  }

  private checkTicks(): HealthIndicatorResult {
    const indicator = this.indicators.check('ticks');
    const overdueSeconds = Math.floor(this.ticks.overdueMs() / 1000);
    if (this.ticks.isOverdue)
      return indicator.down({
        message: `Pages have not been sent what is new: a tick is overdue by ${overdueSeconds} s; the log says why`,
        overdueSeconds,
      });
    if (this.ticks.isAheadOfRecords)
      return indicator.down({
        message:
          'Ticks are ahead of the records: the database was copied without its sequences (npm run migrate)',
      });
    if (!this.ticks.isLagging) return indicator.up();
    const lagSeconds = Math.floor(this.ticks.lagMs() / 1000);
    return indicator.down({
      message: `Records stored ${lagSeconds} s ago are in no tick: a transaction that stored some is still open`,
      lagSeconds,
    });
  }

  /**
   * A failing archive does not stop records from being stored, but retention frees no space, and the bucket falls
   * behind.
   */
  private async checkArchive(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('archive');
    try {
      const failedRuns = (await readArchiveRuns(this.redis))?.failedInARow ?? 0;
      if (failedRuns < FAILED_ARCHIVE_RUNS) return indicator.up();
      const message = `${failedRuns} runs of the archive have failed in a row; the log of the consumers says why`;
      return indicator.degraded({ message, failedRuns });
    } catch {
      return indicator.down({ message: 'Not known while Redis does not answer' });
    }
  }

  /** Callers share one question at a time. */
  private schemaState(): Promise<SchemaState> {
    this.probing ??= this.database.schemaState().finally(() => {
      this.probing = null;
    });
    return this.probing;
  }
}

async function nullAfterLimit<T>(work: () => Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), CHECK_LIMIT_MS);
  });
  try {
    return await Promise.race([work(), tooLate]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
