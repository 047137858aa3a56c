export { ALERT_KEYS, ALERT_STATE_KEYS, newsKeyOf, REDIS_PREFIX } from './keys';
export { connectRedis, createRedis, infoOfServers, type OutageLog, type RedisClient } from './connect-redis';
export { DriverInRedis, type ErasedFromQueue } from './driver-in-redis';
export { DurabilityWatch } from './durability-watch';
export { type DurabilityMode, readDurability, type RedisDurability } from './redis-durability';
export {
  commandConnection,
  producerConnection,
  RECORD_JOB_OPTIONS,
  type RedisConnection,
  workerConnection,
} from './redis-connection';
export { exportedJobSchema, type ExportedJob, RecordQueueCopy } from './record-queue-copy';
export { withRecordQueue } from './with-record-queue';
export { QuietQueue, type Transaction } from './quiet-queue';
export { REDIS, RedisModule } from './redis.module';
export { RedisScript } from './redis-script';
export { RepeatedWarning } from './repeated-warning';
export { type QueueState, readQueueState } from './queue-state';
