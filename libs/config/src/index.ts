export { authenticationOf, isLoopbackHost, sendsCookiesSecurely } from './access';
export {
  accessToolEnvSchema,
  apiEnvSchema,
  archiveEnvSchema,
  backupEnvSchema,
  consumerEnvSchema,
  deviceEnvSchema,
  eraseEnvSchema,
  importEnvSchema,
  jobsEnvSchema,
  launcherEnvSchema,
  launcherMigrateEnvSchema,
  migrateEnvSchema,
  misspeltSettings,
  publishAssetsEnvSchema,
  sparkSubmitEnvSchema,
  testEnvSchema,
} from './environment';
export type {
  ApiConfig,
  ArchiveConfig,
  BackupConfig,
  ConsumerConfig,
  EraseConfig,
  LauncherConfig,
  SparkSubmitConfig,
} from './environment';
export { hasOwnPublicBucket, publicBucketUrl, recordsBucketUrl } from './object-storage';
export { parseEnv, InvalidEnvironmentError } from './parse-env';
