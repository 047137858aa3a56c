import type { DefaultJobOptions } from 'bullmq';
import type { ClusterOptions, RedisOptions } from 'ioredis';

const CONNECT_TIMEOUT_MS = 2_000;

/** Returns short delays at first, to come back soon after an outage, and longer ones while it lasts. */
const retryStrategy = (attempt: number): number => Math.min(50 * attempt, 500);

/** Keeps replies in their old shapes, whichever protocol is spoken, because BullMQ and the scripts here read those. */
type NodeOptions = RedisOptions & { readonly replyMapping?: 'legacy' };

/** Says how a program reaches Redis; {@link createRedis} makes a client from it. */
export interface RedisConnection {
  /**
   * The options of the server or of each node of a cluster. Host and port are those of the node asked for the others.
   */
  readonly node: NodeOptions;
  /** The options of the cluster; `null` for a single server. */
  readonly cluster: ClusterOptions | null;
  /** True if commands fail at once while Redis is away rather than wait for it. */
  readonly isImpatient: boolean;
}

/** Nodes are asked again this often, so that a new or replaced one is known before it is needed. */
const REFRESH_NODES_MS = 30_000;

const CLUSTER: ClusterOptions = {
  clusterRetryStrategy: retryStrategy,
  // Names are not resolved here: a TLS certificate is for the name, and the address behind it may change.
  dnsLookup: (host, found) => {
    found(null, host);
  },
  slotsRefreshTimeout: 2_000,
  slotsRefreshInterval: REFRESH_NODES_MS,
};

/** Returns the URL as ioredis options, with the user, password and database that it names. */
function nodeOf(url: string): NodeOptions {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 6379),
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(pathname.length > 1 && { db: Number(pathname.slice(1)) }),
    ...(protocol.startsWith('rediss') && { tls: {} }),
  };
}

const clusterOf = (url: string, options: ClusterOptions = {}): ClusterOptions | null =>
  new URL(url).protocol.endsWith('+cluster:') ? { ...CLUSTER, ...options } : null;

/**
 * Makes the connection for the side that answers devices. It fails at once while Redis is away, never waits in a queue
 * of its own, and never resends a command whose answer was lost, since the device was told that its record was not
 * accepted.
 *
 * @param url `redis://`, or `rediss://` with TLS; with `+cluster` before the colon, any node of a cluster, which names
 * the others
 * @param timeoutMs the longest wait for one answer
 */
export const producerConnection = (url: string, timeoutMs: number): RedisConnection => ({
  node: {
    ...nodeOf(url),
    retryStrategy,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: timeoutMs,
    connectTimeout: Math.max(CONNECT_TIMEOUT_MS, timeoutMs),
  },
  cluster: clusterOf(url, { retryDelayOnFailover: 0, retryDelayOnClusterDown: 0 }),
  isImpatient: true,
});

/** Makes the connection for workers: commands wait until Redis is back, as long as it takes. @param url as above */
export const workerConnection = (url: string): RedisConnection => ({
  node: { ...nodeOf(url), retryStrategy, maxRetriesPerRequest: null, connectTimeout: CONNECT_TIMEOUT_MS },
  cluster: clusterOf(url),
  isImpatient: false,
});

/** Makes the connection for a command that somebody waits for: it fails at once without Redis. @param url as above */
export const commandConnection = (url: string): RedisConnection => ({
  node: { ...workerConnection(url).node, lazyConnect: true, retryStrategy: () => null },
  cluster: clusterOf(url, { lazyConnect: true, clusterRetryStrategy: () => null }),
  isImpatient: false,
});

/** Stored jobs are of no further use; a job that can never succeed is kept until somebody has looked at it. */
export const RECORD_JOB_OPTIONS: DefaultJobOptions = { removeOnComplete: true, removeOnFail: false };
