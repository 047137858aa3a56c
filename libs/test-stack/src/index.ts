export { startS3Server, type S3Server } from '@drivewatch/s3-test-server';
export { aWireRecord } from '@drivewatch/test-records';
export { AppProcess } from './app-process';
export { catchMoment, eventually } from './eventually';
export { type InsertedRecords, insertRecords } from './insert-records';
export { RedisCable } from './redis-cable';
export { type RedisCluster, startRedisCluster } from './redis-cluster';
export { IMPATIENT, PATIENT, SHORT_LOCK, startStack, type Stack, type StackOptions } from './stack';
export { AUTH_ENV, type StackAccess, type StackAccessOptions, type TestUser } from './stack-access';
