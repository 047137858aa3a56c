export {
  apiEnvSchema,
  consumerEnvSchema,
  launcherEnvSchema,
  migrateEnvSchema,
  testEnvSchema,
} from './environment';
export type { ApiConfig, ConsumerConfig, LauncherConfig, MigrateConfig } from './environment';
export { parseEnv, InvalidEnvironmentError } from './parse-env';
