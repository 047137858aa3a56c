import {
  createTemporaryServicesDir,
  createTestDatabase,
  startEmbeddedRedis,
  startTestPostgres,
} from '@drivewatch/local-services';
import { Database, migrate } from '@drivewatch/persistence';

/** What an API needs that a test starts within its own process. */
export interface Stores {
  /** The API's environment; its port is any free one. */
  readonly env: Readonly<Record<string, string>>;
  readonly database: Database;
  readonly stop: () => Promise<void>;
}

/** Starts Redis and PostgreSQL with Drivewatch's tables. The caller stops them. */
export async function startStores(): Promise<Stores> {
  const folder = await createTemporaryServicesDir();
  const [postgres, redis] = await Promise.all([startTestPostgres(), startEmbeddedRedis()]);
  const { url } = await createTestDatabase(postgres.url);
  await migrate(url);
  const database = new Database(url);
  return {
    env: {
      PORT: '0',
      DATABASE_URL: url,
      REDIS_URL: redis.url,
      DRIVEWATCH_DIR: folder.dir,
      DASHBOARD_DIR: 'dist/apps/dashboard/browser',
    },
    database,
    stop: async () => {
      await database.close();
      await Promise.all([redis.stop(), postgres.stop()]);
      await folder.remove();
    },
  };
}
