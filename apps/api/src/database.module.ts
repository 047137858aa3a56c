import type { ApiConfig } from '@drivewatch/config';
import {
  DashboardUserRepository,
  Database,
  DeviceKeyRepository,
  DriveBreakRepository,
  LiveSpeedRepository,
} from '@drivewatch/persistence';
import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { API_CONFIG } from './config.module';

/** The API reads little: one tick at a time, and what reconnecting pages missed. */
const POOL_SIZE = 4;
const REPOSITORIES = [
  DashboardUserRepository,
  DeviceKeyRepository,
  DriveBreakRepository,
  LiveSpeedRepository,
];

@Global()
@Module({
  providers: [
    {
      provide: Database,
      inject: [API_CONFIG],
      useFactory: (config: ApiConfig) => new Database(config.DATABASE_URL, { poolSize: POOL_SIZE }),
    },
    ...REPOSITORIES.map((Repository) => ({
      provide: Repository,
      inject: [Database],
      useFactory: (database: Database) => new Repository(database),
    })),
  ],
  exports: REPOSITORIES,
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
