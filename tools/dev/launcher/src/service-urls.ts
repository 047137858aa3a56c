import {
  commandConnection,
  createRedis,
  type DurabilityMode,
  infoOfServers,
  readDurability,
} from '@drivewatch/redis';
import { Client } from 'pg';
import type { Terminal } from './terminal';

/** Returns where a server is, without user and password. */
export const placeOf = (url: string): string => {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol.startsWith('postgres') ? '5432' : '6379')}`;
};

/** An existing server named in the environment cannot be used; the message names the variable, not its value. */
export class ServiceUnreachableError extends Error {
  override readonly name = 'ServiceUnreachableError';
}

const MIN_POSTGRES_MAJOR = 14;
const MIN_REDIS = [6, 2] as const;

/** The servers that the environment names. */
export interface GivenServers {
  readonly DATABASE_URL?: string | undefined;
  readonly REDIS_URL?: string | undefined;
  readonly REDIS_DURABILITY?: DurabilityMode;
}

/**
 * Checks all given servers, and returns a line about each.
 *
 * @throws Error with a line for each that cannot be used
 */
export async function checkServers(
  { DATABASE_URL, REDIS_URL, REDIS_DURABILITY = 'checked' }: GivenServers,
  terminal: Pick<Terminal, 'print'>,
): Promise<void> {
  const checks = [
    ...(DATABASE_URL === undefined ? [] : [checkPostgres(DATABASE_URL)]),
    ...(REDIS_URL === undefined
      ? []
      : [checkRedis(REDIS_URL, REDIS_DURABILITY, (line) => terminal.print(line))]),
  ];
  const results = await Promise.allSettled(checks);
  const refusals = results.flatMap((result) =>
    result.status === 'rejected' ? [reasonOf(result.reason)] : [],
  );
  if (refusals.length > 0) throw new Error(refusals.join('\n✗ '));
  for (const result of results) if (result.status === 'fulfilled') terminal.print(`✓ ${result.value}`);
}

/** @returns a line that describes the server @throws ServiceUnreachableError */
export async function checkPostgres(url: string): Promise<string> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    const version = rows[0]?.server_version.split(' ')[0] ?? '';
    if (Number.parseInt(version, 10) < MIN_POSTGRES_MAJOR)
      throw new Error(`it is PostgreSQL ${version}, and ${MIN_POSTGRES_MAJOR} or later is needed`);
    return `PostgreSQL ${version} at ${placeOf(url)}`;
  } catch (cause) {
    throw unreachable('PostgreSQL', url, 'DATABASE_URL', cause);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * @param warn receives a line about what may be lost nevertheless
 * @returns a line that describes the server
 * @throws ServiceUnreachableError also when the server does not keep what it confirms
 */
export async function checkRedis(
  url: string,
  mode: DurabilityMode,
  warn: (line: string) => void,
): Promise<string> {
  const client = createRedis(commandConnection(url));
  let lastError: unknown;
  client.on('error', (error: Error) => {
    lastError = error;
  });
  try {
    await client.connect();
    const [server = ''] = await infoOfServers(client, 'server');
    const version = /^(?:valkey|redis)_version:(\S+)/m.exec(server)?.[1] ?? '';
    if (isOlder(version, MIN_REDIS))
      throw new Error(`it is Redis ${version}, and ${MIN_REDIS.join('.')} or later is needed`);
    const { problem, warning } = await readDurability(client, mode);
    if (problem !== null) throw new Error(problem);
    if (warning !== null) warn(`! ${warning}`);
    return `Redis ${version} at ${placeOf(url)}`;
  } catch (cause) {
    // The client's own rejection only says that the connection was closed.
    throw unreachable('Redis', url, 'REDIS_URL', lastError ?? cause);
  } finally {
    client.disconnect();
  }
}

/** @param version such as 7.0.15; anything else counts as not older */
function isOlder(version: string, [minMajor, minMinor]: readonly [number, number]): boolean {
  const [major = Infinity, minor = 0] = version.split('.').map(Number);
  return major < minMajor || (major === minMajor && minor < minMinor);
}

function unreachable(title: string, url: string, variable: string, cause: unknown): ServiceUnreachableError {
  return new ServiceUnreachableError(
    `${title} at ${placeOf(url)} cannot be used (${reasonOf(cause)}); check ${variable}, or unset it to use Drivewatch's own`,
    { cause },
  );
}

/** If a connection failed on every address of a host, the error has a message for each address and none of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(reasonOf))].join(', ');
  return error instanceof Error ? error.message : String(error);
}
