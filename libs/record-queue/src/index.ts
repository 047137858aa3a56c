export { connectRedis, type OutageLog, silenceOutages } from './connect-redis';
export { producerConnection, RECORD_JOB_OPTIONS, workerConnection } from './redis-connection';
export { REDIS, RedisModule } from './redis.module';
export { RepeatedWarning } from './repeated-warning';
export { type QueueState, readQueueState } from './queue-state';
