import { randomUUID } from 'node:crypto';
import { type EmbeddedService, startEmbeddedRedis } from '@drivewatch/local-services';
import { createRedis, producerConnection, REDIS_PREFIX, type RedisClient } from '@drivewatch/redis';
import { GENERATION_MS, type IdUse, RememberedContents } from '../src/ingestion/ids/remembered-contents';

const aUse = (): IdUse => ({ id: randomUUID(), content: randomUUID() });
/** A moment in the middle of a generation. */
const NOW_MS = (Math.floor(Date.now() / GENERATION_MS) + 0.5) * GENERATION_MS;

describe(RememberedContents.name, () => {
  let server: EmbeddedService;
  let redis: RedisClient;
  let contents: RememberedContents;

  beforeAll(async () => {
    server = await startEmbeddedRedis();
    redis = createRedis(producerConnection(server.url, 30_000));
    await new Promise((resolve) => redis.once('ready', resolve));
    contents = new RememberedContents(redis);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  it('remembers the first content of an id, within one call and from one to the next', async () => {
    const [use, later] = [aUse(), aUse()];
    const other = { ...aUse(), id: use.id };
    expect(await contents.remember([use, other, use, later])).toEqual([
      'nothing',
      'other',
      'same',
      'nothing',
    ]);
    expect(await contents.remember([other, later])).toEqual(['other', 'same']);
  });

  it('remembers an id for one generation after the one in which it was used, and no longer', async () => {
    const use = aUse();
    const other = { ...aUse(), id: use.id };
    expect(await contents.remember([use], NOW_MS)).toEqual(['nothing']);
    expect(await contents.remember([other, use], NOW_MS + GENERATION_MS)).toEqual(['other', 'same']);
    expect(await contents.remember([other], NOW_MS + 2 * GENERATION_MS)).toEqual(['nothing']);
  });

  it.each([0, GENERATION_MS])('accepts a correction, %i ms later', async (ms) => {
    const [use, stored] = [aUse(), randomUUID()];
    await contents.remember([use], NOW_MS);
    await contents.correct({ id: use.id, content: stored }, NOW_MS + ms);
    expect(await contents.remember([use, { ...use, content: stored }], NOW_MS + ms)).toEqual([
      'other',
      'same',
    ]);
    await contents.correct({ id: use.id, content: null }, NOW_MS + ms);
    expect(await contents.remember([use], NOW_MS + ms)).toEqual(['nothing']);
  });

  it('keeps nothing forever, and packs the ids of a busy fleet', async () => {
    await redis.flushall();
    // This many uses in a hundredth of the buckets are as dense as a whole generation at 5,000 records a second.
    const uses = Array.from({ length: 9_000 }, aUse).map(({ id, content }) => ({
      // All of them are in a hundredth of the buckets.
      id: `${id.slice(0, 32)}${(Number.parseInt(id.slice(32), 16) % 163).toString(16).padStart(4, '0')}`,
      content,
    }));
    const begunMs = Date.now();
    await contents.remember(uses, NOW_MS);
    const keys = await redis.keys(`${REDIS_PREFIX}:used-ids:*`);
    expect(keys).toHaveLength(163);
    for (const key of keys) {
      expect(await redis.object('ENCODING', key)).toBe('listpack');
      const endMs = await redis.pexpiretime(key);
      expect(endMs).toBeGreaterThan(begunMs + GENERATION_MS);
      expect(endMs).toBeLessThan(Date.now() + 3 * GENERATION_MS);
    }
    const bytes = await Promise.all(keys.map(async (key) => Number(await redis.memory('USAGE', key))));
    expect(bytes.reduce((sum, size) => sum + size, 0) / uses.length).toBeLessThan(50);
  });
});
