import { infoOfServers } from '@drivewatch/redis';
import { require } from '../../scenarios/watch';
import { sized } from '../hostile-scenario';
import { postRecords } from '../post-records';

const SIZES = {
  full: { drivers: 60_000, perUpload: 1_000, fleet: 5_000, perHour: 500 },
  // The drivers of other scenarios belong to the fleet, too.
  short: { drivers: 3_000, perUpload: 500, fleet: 1_200, perHour: 100 },
};
/** Limits on what all of it may hold afterwards: several times what 5,500 drivers take. */
const MOST_API_BYTES = 200_000_000;
const MOST_REDIS_BYTES = 20_000_000;

/** Somebody with a key of the fleet invents drivers, each with one record. */
export const newDrivers = sized(SIZES, ({ drivers, perUpload, fleet, perHour }) => ({
  name: 'new-drivers',
  what: `${drivers} drivers that nobody has heard of, with one key of a fleet of ${fleet}`,
  apiEnv: {
    FLEET_DRIVERS: String(fleet),
    NEW_DRIVERS_PER_KEY_HOUR: String(perHour),
    // The limit on requests is a different one.
    RATE_LIMIT_KEY: '1000000',
  },
  isAlone: true,
  act: async ({ stack, name, keyFor, apiMemory, note }) => {
    const [key, other] = [await keyFor(null), await keyFor(null)];
    const redisBefore = await redisBytes(stack.redis());
    let accepted = 0;
    const codes = new Map<string, number>();
    for (let from = 0; from < drivers; from += perUpload) {
      const records = Array.from({ length: perUpload }, (_, n) => aRecord(`${name}/${from + n}`));
      const { answer } = await postRecords(stack.url, key, records);
      accepted += answer.accepted ?? 0;
      for (const { code } of answer.rejected ?? []) codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    note(`${accepted} drivers taken, refused: ${[...codes].map((count) => count.join(' ×')).join(', ')}`);
    // The drivers known when the hour begins count; a new hour may begin meanwhile.
    require(accepted > 0 &&
      accepted <= fleet + 2 * perHour, `at most ${fleet + perHour} in an hour to be taken, not ${accepted}`);
    require([...codes.keys()].join() === 'TOO_MANY_NEW_DRIVERS', 'the others to be refused as new drivers');

    const known = await postRecords(stack.url, key, aRecord(`${name}/0`));
    require(known.status === 202, `a driver who is known to go on, not ${known.status}`);
    const refused = await postRecords(stack.url, key, aRecord(`${name}/${drivers}`));
    require(refused.status === 429 &&
      refused.answer.code === 'TOO_MANY_NEW_DRIVERS', `one more to be refused (429), not ${refused.status}`);
    const honest = await postRecords(stack.url, other, aRecord(`${name}/of another key`));
    require(honest.status === 202, `a new driver of another key to be taken, not ${honest.status}`);

    const redisRise = (await redisBytes(stack.redis())) - redisBefore;
    note(`Redis +${megabytes(redisRise)} MB, API at most +${megabytes(apiMemory.riseBytes)} MB`);
    require(redisRise < MOST_REDIS_BYTES, `Redis not to grow by ${megabytes(redisRise)} MB`);
    require(apiMemory.riseBytes < MOST_API_BYTES, 'the API not to grow by more than 200 MB');
  },
}));

const aRecord = (driverID: string) => ({ driverID, Speed: 50, Time: new Date().toISOString() });

async function redisBytes(redis: Parameters<typeof infoOfServers>[0]): Promise<number> {
  const [memory = ''] = await infoOfServers(redis, 'memory');
  return Number(/^used_memory:(\d+)/m.exec(memory)?.[1] ?? 0);
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e6);
