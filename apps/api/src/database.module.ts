import type { ApiConfig } from '@drivewatch/config';
import { Database, LiveSpeedRepository } from '@drivewatch/persistence';
import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { API_CONFIG } from './config.module';

/** The API reads little: one tick at a time, and what reconnecting pages missed. */
const POOL_SIZE = 4;

@Global()
@Module({
  providers: [
    {
      provide: Database,
      inject: [API_CONFIG],
      useFactory: (config: ApiConfig) => new Database(config.DATABASE_URL, { poolSize: POOL_SIZE }),
    },
    {
      provide: LiveSpeedRepository,
      inject: [Database],
      useFactory: (database: Database) => new LiveSpeedRepository(database),
    },
  ],
  exports: [LiveSpeedRepository],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
