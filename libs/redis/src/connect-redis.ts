import { Cluster, type Command, Redis } from 'ioredis';
import type { RedisConnection } from './redis-connection';

/**
 * A single server or a cluster. All of Drivewatch's keys are on one node of a cluster, because they share a hash tag.
 */
export type RedisClient = Redis | Cluster;

/**
 * Refuses commands while the cluster is away. ioredis would do so with `enableOfflineQueue: false`, but then also
 * refuses commands for a node whose connection is just being made. Each connection goes through that once, while
 * BullMQ's first commands are among those sent.
 */
class ImpatientCluster extends Cluster {
  override sendCommand(command: Command, ...rest: [unknown?, unknown?]): unknown {
    if (this.status === 'ready' || command.name === 'cluster')
      return super.sendCommand(command, ...(rest as []));
    command.reject(new Error(`The Redis cluster is away (${this.status})`));
    return command.promise;
  }
}

/** Makes a client that says nothing about outages. */
export function createRedis({ node, cluster, isImpatient }: RedisConnection): RedisClient {
  if (cluster === null) return new Redis(node);
  const { host, port, ...redisOptions } = node;
  const Kind = isImpatient ? ImpatientCluster : Cluster;
  return new Kind([{ ...(host && { host }), ...(port && { port }) }], { ...cluster, redisOptions });
}

/**
 * Returns what the server, or each node of a cluster that answers, replies to `INFO section`.
 *
 * @throws the error of Redis when none answers
 */
export async function infoOfServers(redis: RedisClient, section: string): Promise<string[]> {
  if (!(redis instanceof Cluster)) return [await redis.info(section)];
  const answers = await Promise.allSettled(redis.nodes('master').map((node) => node.info(section)));
  const infos = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  if (infos.length === 0) throw new Error('No node of the Redis cluster answers');
  return infos;
}

/** Logs the two lines that an outage is worth. NestJS's `Logger` fits. */
export interface OutageLog {
  error: (message: string) => void;
  log: (message: string) => void;
}

/**
 * Makes a client that connects and reconnects by itself. It says once that Redis went away and once that it is back,
 * however often it has tried in between.
 *
 * @param connection `producerConnection` or `workerConnection`
 */
export function connectRedis(connection: RedisConnection, log: OutageLog): RedisClient {
  const redis = createRedis(connection);
  let away = false;
  redis.on('error', (error: Error) => {
    if (!away) log.error(`Redis cannot be reached: ${error.message || error.name}`);
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.log('Redis is back');
    away = false;
  });
  return redis;
}
