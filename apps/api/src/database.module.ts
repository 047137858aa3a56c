import type { ApiConfig } from '@drivewatch/config';
import {
  AuditEventRepository,
  DashboardUserRepository,
  Database,
  DeviceKeyRepository,
  DriveBreakRepository,
  DeviceRecordIdRepository,
  LiveSpeedRepository,
  RemovedDriverRepository,
} from '@drivewatch/persistence';
import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { API_CONFIG } from './config.module';

/** The API reads little: one tick at a time, and what reconnecting pages have missed. */
const POOL_SIZE = 4;
/** The check for ids used before has a pool of its own, so that neither waits for the other. */
const LOOKUP_POOL_SIZE = 2;
/** The request has given up long before this; the limit frees the connection again. */
const LOOKUP_STATEMENT_LIMIT_MS = 5_000;
const LOOKUP_DATABASE = Symbol('LOOKUP_DATABASE');
const REPOSITORIES = [
  AuditEventRepository,
  DashboardUserRepository,
  DeviceKeyRepository,
  DriveBreakRepository,
  LiveSpeedRepository,
  RemovedDriverRepository,
];

@Global()
@Module({
  providers: [
    {
      provide: Database,
      inject: [API_CONFIG],
      useFactory: (config: ApiConfig) => new Database(config.DATABASE_URL, { poolSize: POOL_SIZE }),
    },
    {
      provide: LOOKUP_DATABASE,
      inject: [API_CONFIG],
      useFactory: (config: ApiConfig) =>
        new Database(config.DATABASE_URL, {
          poolSize: LOOKUP_POOL_SIZE,
          statementTimeoutMs: LOOKUP_STATEMENT_LIMIT_MS,
        }),
    },
    {
      provide: DeviceRecordIdRepository,
      inject: [LOOKUP_DATABASE],
      useFactory: (database: Database) => new DeviceRecordIdRepository(database),
    },
    ...REPOSITORIES.map((Repository) => ({
      provide: Repository,
      inject: [Database],
      useFactory: (database: Database) => new Repository(database),
    })),
  ],
  exports: [...REPOSITORIES, DeviceRecordIdRepository],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    @Inject(LOOKUP_DATABASE) private readonly lookups: Database,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.database.close(), this.lookups.close()]);
  }
}
