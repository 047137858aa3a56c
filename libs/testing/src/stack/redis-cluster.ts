import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createTemporaryServicesDir,
  ensureProgram,
  freePort,
  type GuardedProcess,
  spawnGuarded,
  SYSTEM_PROGRAMS,
} from '@drivewatch/local-services';
import { Redis } from 'ioredis';
import { eventually } from './eventually';

const NODES = 3;
const SLOTS = 16_384;

/** A real Redis Cluster on loopback, without replicas. */
export interface RedisCluster {
  /** The value of REDIS_URL; it names the last node. */
  readonly url: string;
  /** Returns the number of keys in each node. */
  readonly sizes: () => Promise<number[]>;
  /** Ends a node for good; the others go on with the slots that they have. */
  readonly stopNode: (index: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

interface Node {
  readonly process: GuardedProcess;
  readonly port: number;
  readonly busPort: number;
  readonly client: Redis;
}

/** Starts three nodes, which share the slots between them. The caller stops them. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const temporary = await createTemporaryServicesDir();
  const password = randomBytes(12).toString('hex');
  const nodes: Node[] = [];
  const stop = async (): Promise<void> => {
    for (const { client } of nodes) client.disconnect();
    await Promise.all(nodes.map(({ process }) => process.stop()));
    await temporary.remove();
  };
  try {
    for (let index = 0; index < NODES; index += 1)
      nodes.push(await startNode(join(temporary.dir, `node-${index}`), password));
    await joinNodes(nodes);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `redis+cluster://:${password}@127.0.0.1:${nodes.at(-1)?.port}`,
    sizes: () => Promise.all(nodes.map(({ client }) => client.dbsize())),
    stopNode: async (index) => {
      const node = nodes[index];
      node?.client.disconnect();
      await node?.process.stop();
    },
    stop,
  };
}

async function startNode(dir: string, password: string): Promise<Node> {
  const program = await ensureProgram(SYSTEM_PROGRAMS.redis);
  await mkdir(dir);
  const [port, busPort] = [await freePort(), await freePort()];
  const settings = {
    bind: '127.0.0.1',
    port,
    dir,
    requirepass: password,
    masterauth: password,
    appendonly: 'yes',
    appendfsync: 'always',
    'maxmemory-policy': 'noeviction',
    'cluster-enabled': 'yes',
    'cluster-port': busPort,
    'cluster-require-full-coverage': 'no',
  };
  const process = await spawnGuarded({
    command: program,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    cwd: dir,
    env: {},
    output: ['ignore', 'ignore'],
    stopSignal: 'SIGTERM',
    stopLimitMs: 5_000,
  });
  const client = new Redis({ host: '127.0.0.1', port, password, retryStrategy: () => 100 });
  client.on('error', () => undefined);
  await client.ping();
  return { process, port, busPort, client };
}

async function joinNodes(nodes: readonly Node[]): Promise<void> {
  const share = Math.ceil(SLOTS / nodes.length);
  for (const [index, { client }] of nodes.entries()) {
    const last = Math.min((index + 1) * share, SLOTS) - 1;
    await client.cluster('ADDSLOTSRANGE', index * share, last);
    // Two nodes might otherwise begin with the same epoch.
    await client.cluster('SET-CONFIG-EPOCH', index + 1);
  }
  for (const { port, busPort } of nodes.slice(1))
    await nodes[0]?.client.call('CLUSTER', 'MEET', '127.0.0.1', String(port), String(busPort));
  for (const { client } of nodes)
    await eventually(async () => {
      const info = await client.cluster('INFO');
      if (!info.includes('cluster_state:ok') || !info.includes(`cluster_known_nodes:${nodes.length}`))
        throw new Error(`The cluster is not ready: ${info}`);
    });
}
