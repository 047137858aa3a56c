import { RECORD_QUEUE, type RecordJob, toRecordJob } from '@drivewatch/contracts';
import {
  ALERT_KEYS,
  newsKeyOf,
  RECORD_JOB_OPTIONS,
  REDIS_PREFIX,
  type withRecordQueue,
} from '@drivewatch/redis';
import { aRecord } from '@drivewatch/contracts/samples';
import { UnrecoverableError, Worker } from 'bullmq';

/** This driver is erased; the other one is not. */
export const GONE = 'Rosé 7';
export const STAYS = 'otto-8';
export const CLAIM = '00000000-0000-4000-8000-00000000000c';

/** The sender chose the ids of the driver who stays. */
export function jobOf(...driverIds: string[]): RecordJob {
  const claim = { content: CLAIM, sentId: null };
  return toRecordJob(
    driverIds.map((driverId) => ({
      ...aRecord({ driverId }),
      ...(driverId === STAYS ? { claim } : { isIdChosen: false }),
    })),
  );
}

/** Adds a waiting job of both, failed jobs of both and of one alone, and alerts of both. */
export async function fillRedis(
  ...[queue, client]: Parameters<Parameters<typeof withRecordQueue>[1]>
): Promise<void> {
  for (const drivers of [[GONE, STAYS], [GONE]])
    await queue.add('store-records', jobOf(...drivers), RECORD_JOB_OPTIONS);
  let failed = 0;
  await new Promise<void>((resolve) => {
    const refuse = () => Promise.reject(new UnrecoverableError(`${GONE} is refused`));
    const worker = new Worker(RECORD_QUEUE, refuse, { connection: client, prefix: REDIS_PREFIX });
    worker.on('failed', () => {
      failed += 1;
      if (failed === 2) void worker.close().then(() => resolve());
    });
  });
  await client.del(queue.toKey('events'));
  await queue.add('store-records', jobOf(GONE, STAYS, GONE), RECORD_JOB_OPTIONS);
  for (const driverID of [GONE, STAYS]) {
    const alert = JSON.stringify({ driverID, reporterId: 'key' });
    await client.hset(ALERT_KEYS.active, driverID, alert);
    await client.hincrby(ALERT_KEYS.reporters, 'key', 1);
    await client.hset(ALERT_KEYS.history, driverID, alert);
    await client.zadd(ALERT_KEYS.heard, 1, driverID);
    await client.lpush(ALERT_KEYS.past, alert);
    const id = await client.incr(ALERT_KEYS.lastId);
    await client.xadd(ALERT_KEYS.log, `${id}-0`, 'change', alert);
    await client.rpush(newsKeyOf(driverID), `1 ${alert}`);
    await client.zadd(ALERT_KEYS.newsDrivers, 1, driverID);
  }
}
