import { randomUUID } from 'node:crypto';
import { type AcceptedRecord, RECORD_QUEUE } from '@drivewatch/contracts';
import { type EmbeddedService, startEmbeddedRedis } from '@drivewatch/local-services';
import {
  createRedis,
  producerConnection,
  QuietQueue,
  REDIS_PREFIX,
  type RedisClient,
} from '@drivewatch/redis';
import { aRecord } from '@drivewatch/contracts/samples';
import { AlertStore } from '../src/alerts/alert-store';
import { decideOnNews } from '../src/alerts/overspeed-decision';
import { newsOf, type OverspeedNews } from '../src/alerts/overspeed-news';

const LIMIT = { nowMs: Date.now(), maxAgeMs: Infinity };
const OPEN_ALERTS = { MAX_OPEN_ALERTS: 6, MAX_OPEN_ALERTS_PER_KEY: 4 };

/** Returns news of alternating starts and ends of one driver's spells, one minute apart. */
const someNews = (driverId: string, count: number): OverspeedNews[] =>
  Array.from({ length: count }, (_, n) => {
    const atMs = LIMIT.nowMs - (count - n) * 60_000;
    const record: AcceptedRecord = aRecord({
      driverId,
      recordedAtMs: atMs,
      receivedAtMs: atMs,
      ...(n % 2 === 0 ? { overspeed: true } : { overspeedFinished: true }),
    });
    return newsOf(record, null);
  });

describe('news of overspeeding in Redis', () => {
  let server: EmbeddedService;
  /** The clients of two instances of the API. */
  let clients: [RedisClient, RedisClient];
  let queue: QuietQueue;
  let stores: [AlertStore, AlertStore];

  beforeAll(async () => {
    server = await startEmbeddedRedis();
    const connect = () => createRedis(producerConnection(server.url, 30_000));
    clients = [connect(), connect()];
    await Promise.all(clients.map((client) => new Promise((resolve) => client.once('ready', resolve))));
    stores = [new AlertStore(clients[0], OPEN_ALERTS), new AlertStore(clients[1], OPEN_ALERTS)];
    queue = new QuietQueue(RECORD_QUEUE, { connection: clients[0], prefix: REDIS_PREFIX });
  });
  afterAll(async () => {
    await queue.close();
    for (const client of clients) client.disconnect();
    await server.stop();
  });

  const noteWithJob = (news: readonly OverspeedNews[]) =>
    queue.addTogether('a job', { count: news.length }, (transaction) => stores[0].noteIn(transaction, news));
  const driversWithNews = () => stores[1].driversWithNews(Date.now() + 1, 100);
  /** @returns how many alerts were withheld */
  const decideAll = async (store: AlertStore, driverId: string): Promise<number> => {
    let [isDone, sum] = [false, 0];
    while (!isDone) {
      const written = await store.changeByNews(driverId, (state, news, mayOpen) =>
        decideOnNews(news, state, { ...LIMIT, mayOpen }),
      );
      isDone = written.isDone;
      sum += written.withheld;
    }
    return sum;
  };

  it('are noted together with the job of their records, and wait there for any instance', async () => {
    await noteWithJob([...someNews('first', 2), ...someNews('second', 1)]);
    expect(await queue.getJobs()).toMatchObject([{ name: 'a job', data: { count: 3 } }]);
    expect(await driversWithNews()).toEqual(['first', 'second']);
    expect(await stores[1].driversWithNews(Date.now() - 60_000, 100)).toEqual([]);
  });

  it('are not noted if Redis does not take the job, nor is a job added without them', async () => {
    const jobs = await queue.getJobCountByTypes('waiting');
    await clients[1].config('SET', 'maxmemory', '1');
    try {
      await expect(noteWithJob(someNews('refused', 1))).rejects.toThrow();
    } finally {
      await clients[1].config('SET', 'maxmemory', '0');
    }
    expect(await driversWithNews()).not.toContain('refused');
    expect(await queue.getJobCountByTypes('waiting')).toBe(jobs);
  });

  it('are decided on once and in order by instances that do so at the same time', async () => {
    const news = someNews('busy', 260);
    await noteWithJob(news.slice(0, 130));
    const deciding = stores.flatMap((store) => [1, 2, 3].map(() => decideAll(store, 'busy')));
    await noteWithJob(news.slice(130));
    await Promise.all([...deciding, ...stores.map((store) => decideAll(store, 'busy'))]);
    const changes = (await stores[0].changesSince(0))?.filter(({ driverId }) => driverId === 'busy');
    expect(changes?.map(({ kind, atMs }) => [kind, atMs])).toEqual(
      news.map(({ overspeed, recordedAtMs }) => [overspeed ? 'started' : 'ended', recordedAtMs]),
    );
    expect(await driversWithNews()).not.toContain('busy');
  });

  it('do not keep others of their driver from being decided on when they cannot be read', async () => {
    const [first] = someNews('odd', 1);
    await noteWithJob([{ driverId: 'odd' } as OverspeedNews]);
    await noteWithJob(first === undefined ? [] : [first]);
    await decideAll(stores[1], 'odd');
    const { active } = await stores[1].load();
    expect(active.filter(({ driverId }) => driverId === 'odd')).toHaveLength(1);
    expect(await driversWithNews()).not.toContain('odd');
  });

  it('raise no more alerts than may be open, in all and per reporter, until one of them has ended', async () => {
    await clients[0].flushall();
    const [store] = stores;
    const [start, end] = someNews('any', 2) as [OverspeedNews, OverspeedNews];
    const tell = async (news: OverspeedNews, driverId: string, reporterId: string): Promise<number> => {
      await noteWithJob([{ ...news, id: randomUUID(), driverId, reporterId }]);
      return await decideAll(store, driverId);
    };
    const open = async () => (await store.load()).active.map(({ driverId }) => driverId).sort();
    for (const driverId of ['a1', 'a2', 'a3', 'a4']) expect(await tell(start, driverId, 'key a')).toBe(0);
    expect(await tell(start, 'a5', 'key a')).toBe(1);
    expect(await tell(start, 'b1', 'key b')).toBe(0);
    expect(await tell(start, 'b2', 'key b')).toBe(0);
    expect(await tell(start, 'c1', 'key c')).toBe(1);
    expect(await open()).toEqual(['a1', 'a2', 'a3', 'a4', 'b1', 'b2']);
    await tell(end, 'a1', 'key a');
    expect(await tell(start, 'a5', 'key a')).toBe(0);
    await tell(end, 'b1', 'key a');
    expect(await tell(start, 'a6', 'key a')).toBe(1);
    expect(await open()).toEqual(['a2', 'a3', 'a4', 'a5', 'b2']);
    await store.forget([{ driverId: 'a2', removedAtMs: Date.now() }]);
    expect(await tell(start, 'a6', 'key a')).toBe(0);
  });
});
