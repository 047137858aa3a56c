import { Cluster, type Redis } from 'ioredis';
import type { RedisClient } from './connect-redis';

/** Says whether Redis keeps what it confirms. */
export interface RedisDurability {
  /** The reason why it does not, in one line with what is lost and what to set; `null` when it does. */
  problem: string | null;
  /** The data that may be lost all the same, in one line; `null` when none may. */
  warning: string | null;
}

/** The settings that one server reports; one that it does not report is missing. */
export interface RedisSettings {
  readonly policy?: string | undefined;
  readonly appendOnly?: string | undefined;
  readonly appendFsync?: string | undefined;
}

/** How the durability is established, as the setting REDIS_DURABILITY says. */
export type DurabilityMode = 'checked' | 'vouched';

/**
 * Asks Redis, or each primary of a cluster that answers, by `INFO` and `CONFIG GET`. Some services hide the latter.
 *
 * @throws the error of Redis while it is away
 */
export async function readDurability(redis: RedisClient, mode: DurabilityMode): Promise<RedisDurability> {
  const servers: Redis[] = redis instanceof Cluster ? redis.nodes('master') : [redis];
  const answers = await Promise.allSettled(servers.map(settingsOf));
  const settings = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  const refusal = answers.find((answer) => answer.status === 'rejected');
  if (settings.length === 0) throw refusal?.reason ?? new Error('No node of the Redis cluster answers');
  const judged = settings.map((server) => judgeSettings(server, mode));
  return {
    problem: judged.find(({ problem }) => problem !== null)?.problem ?? null,
    warning: judged.find(({ warning }) => warning !== null)?.warning ?? null,
  };
}

async function settingsOf(redis: Redis): Promise<RedisSettings> {
  // PING tells whether Redis answers at all, apart from the commands that it refuses by name.
  await redis.ping();
  const [memory, persistence, appending, eviction] = await Promise.all([
    unlessRefused(redis.info('memory')),
    unlessRefused(redis.info('persistence')),
    unlessRefused(redis.config('GET', 'append*')),
    unlessRefused(redis.config('GET', 'maxmemory-policy')),
  ]);
  const enabled = infoField(persistence, 'aof_enabled');
  return {
    policy: configField(eviction, 'maxmemory-policy') ?? infoField(memory, 'maxmemory_policy'),
    appendOnly:
      configField(appending, 'appendonly') ??
      (enabled === undefined ? undefined : enabled === '1' ? 'yes' : 'no'),
    appendFsync: configField(appending, 'appendfsync'),
  };
}

/** Returns the answer or the refusal, which is one too. A connection that breaks midway is an outage and is thrown. */
async function unlessRefused(answer: Promise<unknown>): Promise<unknown> {
  return answer.catch((error: unknown) => {
    if (error instanceof Error && error.name === 'ReplyError') return undefined;
    throw error;
  });
}

const infoField = (info: unknown, name: string): string | undefined =>
  typeof info === 'string' ? new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1] : undefined;

/** @param answer names and values in turns */
function configField(answer: unknown, name: string): string | undefined {
  if (!Array.isArray(answer)) return undefined;
  const at = answer.indexOf(name);
  return at === -1 ? undefined : String(answer[at + 1]);
}

/** @returns what a server's settings mean; the operator's word outweighs all but an eviction policy that is seen */
export function judgeSettings(
  { policy, appendOnly, appendFsync }: RedisSettings,
  mode: DurabilityMode,
): RedisDurability {
  const problems: string[] = [];
  const unknown: string[] = [];
  if (policy !== undefined && policy !== 'noeviction')
    problems.push(
      `its maxmemory-policy is ${policy}, so that it throws out records that were acknowledged once it is full: set maxmemory-policy noeviction`,
    );
  if (mode === 'checked') {
    if (policy === undefined) unknown.push('maxmemory-policy');
    if (appendOnly === undefined) unknown.push('appendonly');
    else if (appendOnly !== 'yes')
      problems.push(
        'its appendonly is no, so that records that were acknowledged are lost when it ends: set appendonly yes',
      );
  }
  if (unknown.length > 0)
    problems.push(
      `it does not tell ${unknown.join(' and ')}, without which records that were acknowledged may be lost: ` +
        'set REDIS_DURABILITY=vouched if it keeps on disk what it confirms, and throws nothing out',
    );
  if (problems.length > 0)
    return { problem: `Redis does not keep what it confirms: ${problems.join('; ')}`, warning: null };
  return { problem: null, warning: mode === 'vouched' ? null : warningOf(appendFsync) };
}

function warningOf(appendFsync: string | undefined): string | null {
  if (appendFsync === 'always') return null;
  if (appendFsync === undefined)
    return (
      'Redis does not tell its appendfsync: unless it is always, records acknowledged last are lost when its machine ' +
      'fails; set REDIS_DURABILITY=vouched if what it confirms is on disk'
    );
  const lost = appendFsync === 'everysec' ? 'of up to a second' : 'of some 30 seconds';
  return `Redis has appendfsync ${appendFsync}: records ${lost} that were acknowledged are lost when its machine fails; set appendfsync always`;
}
