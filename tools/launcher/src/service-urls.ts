import { Redis } from 'ioredis';
import { Client } from 'pg';

/** Where a server is, without user and password. */
export const placeOf = (url: string): string => {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol.startsWith('postgres') ? '5432' : '6379')}`;
};

/** An existing server that the environment names cannot be used; the message names the variable, not its value. */
export class ServiceUnreachableError extends Error {
  override readonly name = 'ServiceUnreachableError';
}

/** @returns the server's version @throws ServiceUnreachableError */
export async function checkPostgres(url: string): Promise<string> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return rows[0]?.server_version.split(' ')[0] ?? '';
  } catch (cause) {
    throw unreachable('PostgreSQL', url, 'DATABASE_URL', cause);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** @returns the server's version @throws ServiceUnreachableError */
export async function checkRedis(url: string): Promise<string> {
  // Of a cluster, the node that is named has to be there.
  const client = new Redis(url.replace('+cluster:', ':'), {
    lazyConnect: true,
    connectTimeout: 5_000,
    retryStrategy: () => null,
  });
  let lastError: unknown;
  client.on('error', (error: Error) => {
    lastError = error;
  });
  try {
    await client.connect();
    const version = /^(?:valkey|redis)_version:(\S+)/m.exec(await client.info('server'))?.[1] ?? '';
    client.disconnect();
    return version;
  } catch (cause) {
    // The client's own rejection only says that the connection was closed.
    throw unreachable('Redis', url, 'REDIS_URL', lastError ?? cause);
  }
}

function unreachable(title: string, url: string, variable: string, cause: unknown): ServiceUnreachableError {
  return new ServiceUnreachableError(
    `${title} at ${placeOf(url)} cannot be used (${reasonOf(cause)}); check ${variable}, or unset it to use Drivewatch's own`,
    { cause },
  );
}

/** A connection that failed on every address of a host has a message per address and none of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(reasonOf))].join(', ');
  return error instanceof Error ? error.message : String(error);
}
