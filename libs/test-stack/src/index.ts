export { allOrNone } from './all-or-none';
export { startS3Server, type S3Server } from '@drivewatch/s3-test-server';
export { aWireRecord } from '@drivewatch/test-records';
export { AppProcess } from './app-process';
export { type EdgeCache, startEdgeCache } from './edge-cache-server';
export { catchMoment, eventually } from './eventually';
export { type InsertedRecords, insertRecords } from './insert-records';
export { type NginxServer, startNginx } from './nginx-server';
export { RedisCable } from './redis-cable';
export { type RedisCluster, startRedisCluster } from './redis-cluster';
export { runProgram } from './run-program';
export { signIn, trySignIn } from './sign-in';
export {
  BUILT_DASHBOARD,
  IMPATIENT,
  PATIENT,
  SHORT_LOCK,
  startStack,
  type Stack,
  type StackOptions,
} from './stack';
export { AUTH_ENV, type StackAccess, type StackAccessOptions, type TestUser } from './stack-access';
