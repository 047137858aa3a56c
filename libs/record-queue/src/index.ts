export { producerConnection, workerConnection, RECORD_JOB_OPTIONS } from './redis-connection';
