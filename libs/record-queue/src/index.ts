export { connectRedis, type OutageLog } from './connect-redis';
export { producerConnection, RECORD_JOB_OPTIONS, workerConnection } from './redis-connection';
