import { infoOfServers } from '@drivewatch/record-queue';
import { require } from '../../scenarios/watch';
import type { HostileScenario } from '../hostile-scenario';
import { postRecords } from '../post-records';

const DRIVERS = 60_000;
const DRIVERS_PER_UPLOAD = 1_000;
const FLEET = 5_000;
const PER_HOUR = 500;
/** Bounds of what all of it may hold afterwards: what 5,500 drivers take, several times over. */
const MOST_API_BYTES = 200_000_000;
const MOST_REDIS_BYTES = 20_000_000;

/** Somebody who has a key of the fleet makes drivers whom nobody has heard of, each with a record. */
export const newDrivers: HostileScenario = {
  name: 'new-drivers',
  what: `${DRIVERS} drivers that nobody has heard of, with one key of a fleet of ${FLEET}`,
  apiEnv: {
    FLEET_DRIVERS: String(FLEET),
    NEW_DRIVERS_PER_KEY_HOUR: String(PER_HOUR),
    // The bound on requests is another one.
    RATE_LIMIT_KEY: '1000000',
  },
  act: async ({ stack, name, keyFor, apiMemory, note }) => {
    const [key, other] = [await keyFor(null), await keyFor(null)];
    const redisBefore = await redisBytes(stack.redis());
    let accepted = 0;
    const codes = new Map<string, number>();
    for (let from = 0; from < DRIVERS; from += DRIVERS_PER_UPLOAD) {
      const drivers = Array.from({ length: DRIVERS_PER_UPLOAD }, (_, n) => aRecord(`${name}/${from + n}`));
      const { answer } = await postRecords(stack.url, key, drivers);
      accepted += answer.accepted ?? 0;
      for (const { code } of answer.rejected ?? []) codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    note(`${accepted} drivers taken, refused: ${[...codes].map((count) => count.join(' ×')).join(', ')}`);
    // Who is known when the hour begins counts; the hour may begin anew meanwhile.
    require(accepted > 0 &&
      accepted <=
        FLEET + 2 * PER_HOUR, `at most ${FLEET + PER_HOUR} in an hour to be taken, not ${accepted}`);
    require([...codes.keys()].join() === 'TOO_MANY_NEW_DRIVERS', 'the others to be refused as new drivers');

    const known = await postRecords(stack.url, key, aRecord(`${name}/0`));
    require(known.status === 202, `a driver who is known to go on, not ${known.status}`);
    const refused = await postRecords(stack.url, key, aRecord(`${name}/${DRIVERS}`));
    require(refused.status === 429 &&
      refused.answer.code === 'TOO_MANY_NEW_DRIVERS', `one more to be refused (429), not ${refused.status}`);
    const honest = await postRecords(stack.url, other, aRecord(`${name}/of another key`));
    require(honest.status === 202, `a new driver of another key to be taken, not ${honest.status}`);

    const redisRise = (await redisBytes(stack.redis())) - redisBefore;
    note(`Redis +${megabytes(redisRise)} MB, API at most +${megabytes(apiMemory.riseBytes)} MB`);
    require(redisRise < MOST_REDIS_BYTES, `Redis not to grow by ${megabytes(redisRise)} MB`);
    require(apiMemory.riseBytes < MOST_API_BYTES, 'the API not to grow by more than 200 MB');
  },
};

const aRecord = (driverID: string) => ({ driverID, Speed: 50, Time: new Date().toISOString() });

async function redisBytes(redis: Parameters<typeof infoOfServers>[0]): Promise<number> {
  const [memory = ''] = await infoOfServers(redis, 'memory');
  return Number(/^used_memory:(\d+)/m.exec(memory)?.[1] ?? 0);
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e6);
