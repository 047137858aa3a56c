export { startS3Server, type S3Server } from './s3-server';
export { testSparkSettings } from './spark-settings';
export { ensureTestEnvironment } from './test-environment';
