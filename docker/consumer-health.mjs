/** Checks the health of a consumer, which has no HTTP, by whether it still publishes its metrics to Redis. */
import { hostname } from 'node:os';
import { Cluster, Redis } from 'ioredis';

const url = process.env.REDIS_URL ?? '';
const nodeUrl = url.replace('+cluster:', ':');
const redisOptions = { maxRetriesPerRequest: 1, commandTimeout: 3_000 };
const { username, password } = new URL(nodeUrl);
const credentials = { username: decodeURIComponent(username), password: decodeURIComponent(password) };
const redis =
  nodeUrl === url
    ? new Redis(url, redisOptions)
    : new Cluster([nodeUrl], {
        clusterRetryStrategy: () => null,
        dnsLookup: (host, found) => found(null, host),
        redisOptions: { ...redisOptions, ...credentials, ...(nodeUrl.startsWith('rediss:') && { tls: {} }) },
      });
redis.on('error', () => undefined);
try {
  // Ids are host:pid, and a container has a host name of its own, so the pid does not matter.
  const ids = await redis.smembers('{drivewatch}:metrics:processes');
  const own = ids.filter((id) => id.startsWith(`${hostname()}:`));
  const lives = await Promise.all(own.map((id) => redis.exists(`{drivewatch}:metrics:process:${id}`)));
  process.exitCode = lives.includes(1) ? 0 : 1;
} catch {
  process.exitCode = 1;
}
redis.disconnect();
