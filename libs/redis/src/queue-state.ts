import type { Queue } from 'bullmq';
import type { RedisClient } from './connect-redis';

/** The state of a queue at one moment. */
export interface QueueState {
  /** The number of jobs that no worker has begun. */
  waiting: number;
  /** The number of jobs that workers are working on. */
  active: number;
  /** The number of jobs that have failed for good and are kept. */
  failed: number;
  isPaused: boolean;
  /** The time when the next job was added, or the next delayed job where only those wait; `null` when none waits. */
  oldestWaitingAtMs: number | null;
  /**
   * How many jobs have ever been added and are neither waiting nor active. It changes while jobs are being done. It
   * costs nothing per job, since BullMQ numbers jobs anyway.
   */
  settled: number;
}

/**
 * Reads the state of a queue; its cost does not depend on how long the queue is.
 *
 * @throws the error of Redis while it is away
 */
export async function readQueueState(queue: Queue, redis: RedisClient): Promise<QueueState> {
  const answers = await redis
    .multi()
    .get(queue.toKey('id'))
    .llen(queue.toKey('wait'))
    .zcard(queue.toKey('prioritized'))
    .zcard(queue.toKey('delayed'))
    .llen(queue.toKey('active'))
    .zcard(queue.toKey('failed'))
    .hexists(queue.toKey('meta'), 'paused')
    // A paused queue keeps its waiting jobs in another list.
    .llen(queue.toKey('paused'))
    .lindex(queue.toKey('wait'), -1)
    .lindex(queue.toKey('paused'), -1)
    .zrange(queue.toKey('delayed'), 0, '0')
    .exec();
  const values = (answers ?? []).map(([error, value]) => {
    if (error !== null) throw error;
    return value;
  });
  const [added, wait, prioritized, delayed, active, failed, paused, held] = values.map(Number) as [
    ...[number, number, number, number, number, number, number, number],
  ];
  const waiting = wait + held + prioritized + delayed;
  const next = [values[8] ?? values[9], ...(values[10] as string[])].filter(
    (id): id is string => typeof id === 'string',
  );
  const timestamps = await Promise.all(next.map((id) => redis.hget(queue.toKey(id), 'timestamp')));
  const addedAtMs = timestamps.filter((at) => at !== null).map(Number);
  return {
    waiting,
    active,
    failed,
    isPaused: paused === 1,
    oldestWaitingAtMs: addedAtMs.length === 0 ? null : addedAtMs.reduce((one, other) => Math.min(one, other)),
    settled: added - waiting - active,
  };
}
