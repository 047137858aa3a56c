import type { WireRecord } from '@drivewatch/contracts';
import type { PostResult } from '@drivewatch/device-client';
import type { SimulatedRecord } from '../fleet/driver';
import { FleetFeed, RECORDS_KEPT_PER_DRIVER } from './fleet-feed';

const record = (driverId: string, second: number, fields: WireRecord = {}): SimulatedRecord => ({
  driverId,
  atMs: second * 1000,
  fields: { driverID: driverId, Speed: '72', ...fields },
});

/** Returns a feed to a server that answers when the test says so. */
function aFeed() {
  const posted: string[] = [];
  const pending: ((result: PostResult) => void)[] = [];
  const refused: number[] = [];
  let dropped = 0;
  const feed = new FleetFeed(
    {
      post: ({ driverID, Time }, signal) => {
        posted.push(`${driverID ?? ''} ${Time ?? ''}`);
        return new Promise((resolve, reject) => {
          pending.push(resolve);
          signal?.addEventListener('abort', () => {
            reject(new Error('aborted'));
          });
        });
      },
    },
    {
      onAnswer: (_record, result) => {
        if (!result.ok) refused.push(result.status);
      },
      onDropped: (records) => (dropped += records),
    },
  );
  return {
    feed,
    posted,
    refused,
    dropped: () => dropped,
    answer: async (result: PostResult = { ok: true, ids: ['x'] }) => {
      pending.shift()?.(result);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe(FleetFeed.name, () => {
  it('sends the records of a device one after the other, and those of others meanwhile', async () => {
    const { feed, posted, answer } = aFeed();
    feed.add(record('a', 1));
    feed.add(record('a', 2));
    feed.add(record('b', 2));
    expect(posted).toEqual(['a 1970-01-01T00:00:01.000Z', 'b 1970-01-01T00:00:02.000Z']);
    await answer();
    expect(posted.at(-1)).toBe('a 1970-01-01T00:00:02.000Z');
  });

  it('is idle once everything is answered, refused or not', async () => {
    const { feed, refused, answer } = aFeed();
    feed.add(record('a', 1));
    feed.add(record('a', 2));
    let idle = false;
    const waiting = feed.idle().then(() => {
      idle = true;
    });
    await answer({ ok: false, status: 400, problem: undefined });
    expect(idle).toBe(false);
    await answer();
    await waiting;
    expect(refused).toEqual([400]);
  });

  it('keeps a bounded number of records while the server does not answer', async () => {
    const { feed, posted, dropped, answer } = aFeed();
    for (let second = 0; second < 1000; second += 1) feed.add(record('a', second));
    expect(dropped()).toBe(1000 - 1 - RECORDS_KEPT_PER_DRIVER);
    await answer();
    expect(posted.at(-1)).toBe(`a ${new Date((1000 - RECORDS_KEPT_PER_DRIVER) * 1000).toISOString()}`);
  });

  it('tells the server the end of what it knows has begun, and nothing else, before it finishes', async () => {
    const { feed, posted, answer } = aFeed();
    feed.add(record('a', 1, { isOverspeed: '1' }));
    feed.add(record('a', 2));
    feed.add(record('b', 2));
    const finished = feed.finish(
      [record('a', 3, { isOverspeedFinished: '1' }), record('b', 3, { isOverspeedFinished: '1' })],
      60_000,
    );
    for (let answers = 0; answers < 3; answers += 1) await answer();
    await finished;
    expect(posted.map((text) => text.slice(0, 21))).toEqual([
      'a 1970-01-01T00:00:01',
      'b 1970-01-01T00:00:02',
      'a 1970-01-01T00:00:03',
    ]);
  });

  it('finishes without a server that does not answer', async () => {
    const { feed } = aFeed();
    feed.add(record('a', 1));
    await expect(feed.finish([], 1)).resolves.toBeUndefined();
  });
});
