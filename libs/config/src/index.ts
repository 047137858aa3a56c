export {
  apiEnvSchema,
  archiveEnvSchema,
  consumerEnvSchema,
  deviceEnvSchema,
  importEnvSchema,
  jobsEnvSchema,
  launcherEnvSchema,
  migrateEnvSchema,
  publishAssetsEnvSchema,
  sparkSubmitEnvSchema,
  testEnvSchema,
} from './environment';
export type {
  ApiConfig,
  ArchiveConfig,
  ConsumerConfig,
  ImportConfig,
  JobsConfig,
  LauncherConfig,
  MigrateConfig,
  PublishAssetsConfig,
  SparkSubmitConfig,
} from './environment';
export { publicBucketUrl, recordsBucketUrl } from './object-storage';
export { parseEnv, InvalidEnvironmentError } from './parse-env';
