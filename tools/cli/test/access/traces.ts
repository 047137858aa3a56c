import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Database } from '@drivewatch/persistence';
import { type RedisClient, withRecordQueue } from '@drivewatch/redis';

/** The places where somebody may look for a name. */
export interface Places {
  /** The folder that has both buckets. */
  readonly folder: string;
  readonly dataSource: Awaited<ReturnType<Database['connected']>>;
  readonly redisUrl: string;
}

/** @returns every file, row and key that contains a name, in any Unicode form */
export async function tracesOf(name: string, { folder, dataSource, redisUrl }: Places): Promise<string[]> {
  const found: string[] = [];
  const holds = (text: string) => text.normalize('NFC').includes(name);
  for (const file of await readdir(folder, { recursive: true })) {
    const bytes = await readFile(join(folder, file)).catch(() => Buffer.alloc(0));
    const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
    if (holds(text) || holds(file)) found.push(file);
  }
  const tables = await dataSource.query<{ table: string }[]>(
    `SELECT relname AS table FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace`,
  );
  for (const { table } of tables)
    for (const { row } of await dataSource.query<{ row: string }[]>(
      `SELECT t::text AS row FROM "${table}" t`,
    ))
      if (holds(row)) found.push(`${table}: ${row}`);
  await withRecordQueue(redisUrl, async (_, client) => {
    for (const key of await client.keys('*'))
      if (holds(key) || holds(await valueOf(client, key))) found.push(key);
  });
  return found;
}

async function valueOf(client: RedisClient, key: string): Promise<string> {
  switch (await client.type(key)) {
    case 'hash':
      return JSON.stringify(await client.hgetall(key));
    case 'list':
      return JSON.stringify(await client.lrange(key, 0, -1));
    case 'zset':
      return JSON.stringify(await client.zrange(key, '0', '-1'));
    case 'stream':
      return JSON.stringify(await client.xrange(key, '-', '+'));
    default:
      return (await client.get(key)) ?? '';
  }
}
