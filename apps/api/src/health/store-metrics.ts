import { readArchiveRuns } from '@drivewatch/server';
import { infoOfServers, REDIS, type RedisClient } from '@drivewatch/redis';
import { Inject, Injectable } from '@nestjs/common';
import { type Gauge, Registry } from 'prom-client';
import { gaugesIn } from './gauges';
import { HealthService } from './health.service';

/** PostgreSQL, the memory of Redis and the archive as metrics, read on demand; unknown values are left out. */
@Injectable()
export class StoreMetrics {
  private readonly registry = new Registry();
  private readonly gauge = gaugesIn(this.registry);
  private readonly postgresqlUp = this.gauge(
    'drivewatch_postgresql_up',
    '1 when PostgreSQL answers, 0 when it does not',
  );
  private readonly bytes = this.gauge(
    'drivewatch_postgresql_database_bytes',
    "Size of the database on PostgreSQL's disk",
  );
  private readonly pending = this.gauge(
    'drivewatch_schema_pending_migrations',
    'Migrations that this API knows and that are not applied to the database yet',
  );
  private readonly used = this.gauge('drivewatch_redis_memory_used_bytes', 'Memory that Redis uses');
  private readonly max = this.gauge(
    'drivewatch_redis_memory_max_bytes',
    'Memory that Redis may use, 0 where it has no limit',
  );
  private readonly lastSuccess = this.gauge(
    'drivewatch_archive_last_success_timestamp_seconds',
    'When the last successful run of the archive ended',
  );
  private readonly failedRuns = this.gauge(
    'drivewatch_archive_failed_runs',
    'Runs of the archive that have failed since the last successful one',
  );
  private readonly interval = this.gauge(
    'drivewatch_archive_interval_seconds',
    'Time from one run of the archive to the next',
  );

  private readonly differingDays = this.gauge(
    'drivewatch_archive_differing_days',
    'Days that retention keeps in PostgreSQL because the bucket does not hold all of them',
  );
  private readonly backlog = this.gauge(
    'drivewatch_archive_backlog_seconds',
    'How long the oldest record that is not archived has been stored, 0 when there is none',
  );

  constructor(
    private readonly health: HealthService,
    @Inject(REDIS) private readonly redis: RedisClient,
  ) {}

  /** @returns the gauges, set to the present state */
  async read(): Promise<Registry> {
    await Promise.all([this.readDatabase(), this.readRedis()]);
    return this.registry;
  }

  private async readDatabase(): Promise<void> {
    const [state, backlogSeconds] = await Promise.all([
      this.health.databaseState(),
      this.health.archiveBacklogSeconds(),
    ]);
    this.postgresqlUp.set(state === null ? 0 : 1);
    set(this.bytes, state?.bytes);
    set(this.pending, state?.pendingMigrations);
    set(this.backlog, backlogSeconds);
  }

  private async readRedis(): Promise<void> {
    const [runs, memory] = await Promise.all([
      readArchiveRuns(this.redis).catch(() => null),
      this.memory().catch(() => null),
    ]);
    set(this.lastSuccess, runs?.lastSuccessSeconds);
    set(this.failedRuns, runs?.failedInARow);
    set(this.differingDays, runs?.differingDays);
    set(this.interval, runs?.intervalSeconds);
    set(this.used, memory?.used);
    set(this.max, memory?.max);
  }

  /** One node of a cluster holds everything that is written; it is the one that uses the most memory. */
  private async memory(): Promise<{ used: number; max: number } | undefined> {
    const nodes = (await infoOfServers(this.redis, 'memory')).map((info) => ({
      used: bytesIn(info, 'used_memory'),
      max: bytesIn(info, 'maxmemory'),
    }));
    return nodes.sort((one, other) => other.used - one.used)[0];
  }
}

const bytesIn = (info: string, name: string): number =>
  Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);

/** @param value null or undefined if unknown */
function set(gauge: Gauge, value: number | null | undefined): void {
  if (value === null || value === undefined) gauge.remove();
  else gauge.set(value);
}
