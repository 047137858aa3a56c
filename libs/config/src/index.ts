export {
  authenticationOf,
  hasSecrets,
  isLoopbackHost,
  SECRETS_REQUIRED,
  sendsCookiesSecurely,
} from './access';
export { apiEnvSchema, consumerEnvSchema, migrateEnvSchema, misspeltSettings } from './environment';
export type { ApiConfig, ConsumerConfig } from './environment';
export { hasOwnPublicBucket, publicBucketUrl, recordsBucketUrl } from './object-storage';
export { parseEnv, InvalidEnvironmentError } from './parse-env';
export * as settings from './settings';
