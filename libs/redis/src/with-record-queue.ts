import { REDIS_PREFIX } from './keys';
import { RECORD_QUEUE, type RecordJob } from '@drivewatch/contracts';
import { createRedis, type RedisClient } from './connect-redis';
import { QuietQueue } from './quiet-queue';
import { commandConnection } from './redis-connection';

/**
 * Runs a command's work on the queue of records in Redis.
 *
 * @throws Error in one line when Redis cannot be reached; any error of `work`
 */
export async function withRecordQueue<T>(
  redisUrl: string,
  work: (queue: QuietQueue<RecordJob>, redis: RedisClient) => Promise<T>,
): Promise<T> {
  const redis = createRedis(commandConnection(redisUrl));
  let reason = 'it closed the connection';
  redis.on('error', (error: Error & { code?: string }) => {
    // Node gives no message when each of several addresses refused a connection.
    reason = error.message === '' ? (error.code ?? error.name) : error.message;
  });
  await redis.connect().catch((cause: unknown) => {
    throw new Error(`Redis cannot be reached: ${reason}`, { cause });
  });
  const queue = new QuietQueue<RecordJob>(RECORD_QUEUE, { connection: redis, prefix: REDIS_PREFIX });
  try {
    return await work(queue, redis);
  } finally {
    await queue.close();
    redis.disconnect();
  }
}
