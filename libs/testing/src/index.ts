export { allOrNone } from './stack/all-or-none';
export { AppProcess } from './stack/app-process';
export { type EdgeCache, startEdgeCache } from './stack/edge-cache-server';
export { catchMoment, eventually } from './stack/eventually';
export { type InsertedRecords, insertRecords } from './stack/insert-records';
export { type NginxServer, startNginx } from './stack/nginx-server';
export { RedisCable } from './stack/redis-cable';
export { type RedisCluster, startRedisCluster } from './stack/redis-cluster';
export { runProgram } from './stack/run-program';
export { signIn, trySignIn } from './stack/sign-in';
export {
  BUILT_DASHBOARD,
  IMPATIENT,
  PATIENT,
  SHORT_LOCK,
  startStack,
  type Stack,
  type StackOptions,
} from './stack/stack';
export { AUTH_ENV, type StackAccess, type StackAccessOptions, type TestUser } from './stack/stack-access';
export { startS3Server, type S3Server } from './s3/s3-server';
export { testSparkSettings } from './s3/spark-settings';
export { ensureTestEnvironment } from './s3/test-environment';
