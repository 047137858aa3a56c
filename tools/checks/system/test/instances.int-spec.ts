import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, RedisCable, type Stack, startStack } from '@drivewatch/testing';
import { LiveClient } from './live-client';
import { acceptedId } from './post-record';

const TICK_SECONDS = 1;

describe('several instances of the API', () => {
  let stack: Stack;
  let cable: RedisCable;
  let other: Awaited<ReturnType<Stack['startFurtherApi']>>;
  const clients: LiveClient[] = [];

  beforeAll(async () => {
    stack = await startStack({ tickSeconds: TICK_SECONDS });
    cable = await RedisCable.to(stack.redisUrl);
    other = await stack.startFurtherApi({ REDIS_URL: cable.url });
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  afterAll(async () => {
    await (other as typeof other | undefined)?.process.stop();
    await cable.close();
    await stack.stop();
  });

  const connect = async (url: string, handshake = {}): Promise<LiveClient> => {
    const client = await LiveClient.connect(url, handshake);
    clients.push(client);
    return client;
  };
  const post = (url: string, driverID: string, fields: object, recordId: string = randomUUID()) =>
    acceptedId(url, {
      ...aWireRecord({ driverID, Time: new Date().toISOString(), ...fields }),
      recordId,
    });
  const STARTS = { isOverspeed: '1' };
  const ENDS = { isOverspeedFinished: '1', overspeedTime: '1' };
  const start = (url: string, driverID: string) => post(url, driverID, STARTS);
  const end = (url: string, driverID: string) => post(url, driverID, ENDS);
  /** Sends one record to both instances at the same time. */
  const postToBoth = (driverID: string, fields: object) => {
    const [recordId, Time] = [randomUUID(), new Date().toISOString()];
    return Promise.all([stack, other].map(({ url }) => post(url, driverID, { ...fields, Time }, recordId)));
  };
  const idOf = (change: string): number => Number.parseInt(change, 10);
  /** Expects every change once, in order, without a gap. */
  const expectEachOnce = (changes: readonly string[], after: number): void => {
    expect(changes.map(idOf)).toEqual(changes.map((_, index) => after + 1 + index));
  };

  it('tells every client of each instance each change once, under the same id, even for a record that both get', async () => {
    const pages = [await connect(stack.url), await connect(other.url), await connect(other.url)];
    const before = pages[0]?.lastAlertId ?? 0;
    await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const driverID = `both${n}`;
        await postToBoth(driverID, STARTS);
        await postToBoth(driverID, ENDS);
      }),
    );
    for (const page of pages) await eventually(() => expect(page.changes.length).toBeGreaterThanOrEqual(40));
    // A duplicate would come before what happens later.
    await start(stack.url, 'bothlast');
    await end(other.url, 'bothlast');
    for (const page of pages)
      await eventually(() => expect(page.changes.at(-1)).toContain('overspeedEnd bothlast'));
    expect(pages[0]?.changes).toHaveLength(42);
    expectEachOnce(pages[0]?.changes ?? [], before);
    for (const page of pages) expect(page.changes).toEqual(pages[0]?.changes);
    for (const url of [stack.url, other.url]) {
      const late = await connect(url);
      expect(late.pictures.at(-1)?.active.filter(({ driverID }) => driverID.startsWith('both'))).toEqual([]);
      expect(late.pictures.at(-1)?.past).toHaveLength(21);
    }
  });

  it('sends a client that goes to another instance exactly the alerts and speeds that it missed', async () => {
    const driverID = 'mover';
    const page = await connect(stack.url);
    await start(stack.url, driverID);
    await eventually(() => expect(page.changes).toHaveLength(1));
    page.close();
    const witness = await connect(other.url);
    await end(stack.url, driverID);
    await start(other.url, 'mover2');
    await end(other.url, 'mover2');
    await eventually(() =>
      expect(witness.tickPoints.filter((point) => point.includes('mover2'))).toHaveLength(2),
    );
    const back = await connect(other.url, page.known);
    expect(back.pictures).toEqual([]);
    expect(back.data[0]?.meta.kind).toBe('catch-up');
    await eventually(() => expect(back.changes).toHaveLength(3));
    expectEachOnce(back.changes, page.lastAlertId);
    // A page that names a change that is no longer known, or not yet, gets the whole picture.
    expect((await connect(stack.url, { lastAlertId: 1e9 })).pictures).toHaveLength(1);
  });

  it('sends the same ticks from all, also when one that makes them is killed', async () => {
    const third = await stack.startFurtherApi();
    const doomed = await connect(third.url);
    const pages = [await connect(stack.url), await connect(other.url)];
    const posted: number[] = [];
    const postSome = async (until: number): Promise<void> => {
      while (posted.length < until) {
        posted.push(posted.length);
        await post(stack.url, 'ticker', { Speed: String(posted.length - 1) });
        await wait(100);
      }
    };
    await postSome(20);
    third.process.kill('SIGKILL');
    const ticksBefore = pages.map((page) => page.ticks.length);
    await eventually(() => {
      for (const [index, page] of pages.entries())
        expect(page.ticks.length).toBeGreaterThan(ticksBefore[index] ?? 0);
    });
    await postSome(40);
    const speedsOf = (page: LiveClient) =>
      page.ticks.flatMap(({ ticker }) => ticker?.data ?? []).map(({ y }) => y);
    for (const page of pages)
      await eventually(() => expect(speedsOf(page).sort((a, b) => a - b)).toEqual(posted));
    const filled = pages.map((page) => page.ticks.flatMap(({ ticker }) => ticker ?? []));
    expect(filled[1]).toEqual(filled[0]);
    const back = await connect(other.url, doomed.known);
    const missed = [...doomed.data, ...back.data].filter(({ meta }) => meta.kind !== 'snapshot');
    const points = missed.flatMap(({ speeds }) => speeds.ticker?.data ?? []).map(({ y }) => y);
    expect(points.sort((a, b) => a - b)).toEqual(posted);
  });

  it('tells the clients of an instance that was cut off from Redis everything once, afterwards', async () => {
    const page = await connect(other.url);
    const witness = await connect(stack.url);
    cable.pull();
    for (let n = 0; n < 5; n += 1) {
      await start(stack.url, `cut${n}`);
      await end(stack.url, `cut${n}`);
    }
    // A page that knows more than the instance it comes to is not told old news as a whole picture.
    const ahead = await connect(other.url, { lastAlertId: page.lastAlertId + 4 });
    expect(ahead.changes).toEqual([]);
    await eventually(() => expect(witness.changes).toHaveLength(10));
    expect(page.changes).toEqual([]);
    cable.plug();
    await start(other.url, 'cutback');
    await eventually(() => expect(page.changes.at(-1)).toContain('cutback'));
    expect(page.changes).toHaveLength(11);
    expectEachOnce(page.changes, idOf(page.changes[0] ?? '') - 1);
    await end(other.url, 'cutback');
  });

  it('knows open alerts and their numbers after a restart of everything', async () => {
    const page = await connect(stack.url);
    await start(other.url, 'survivor');
    await eventually(() => expect(page.changes.join()).toContain('overspeeding survivor'));
    page.close();
    expect(await stack.api().stop()).toBe(0);
    expect(await other.process.stop()).toBe(0);
    await stack.crashRedis();
    await stack.crashPostgres();
    await Promise.all([stack.startRedis(), stack.startPostgres()]);
    await stack.startApi();
    other = await stack.startFurtherApi();
    for (const url of [stack.url, other.url]) {
      const back = await connect(url);
      expect(back.pictures.at(-1)?.active).toEqual([expect.objectContaining({ driverID: 'survivor' })]);
      expect(back.lastAlertId).toBeGreaterThanOrEqual(page.lastAlertId);
    }
    const [here, there] = [await connect(stack.url, page.known), await connect(other.url, page.known)];
    await end(other.url, 'survivor');
    for (const client of [here, there])
      await eventually(() => expect(client.changes.at(-1)).toContain('overspeedEnd survivor'));
    expectEachOnce(here.changes, page.lastAlertId);
    expect(there.changes).toEqual(here.changes);
  });

  it('call the alert of a driver who is soon silent unconfirmed, once, and confirmed when one of them hears it', async () => {
    // The suite's instances would call nobody silent for a long time; these do, and no other test may see that.
    await Promise.all([stack.api().stop(), other.process.stop()]);
    const hasty = await Promise.all([1, 2].map(() => stack.startFurtherApi({ ALERT_STALE: '2s' })));
    const urls = hasty.map(({ url }) => url);
    const [here = '', there = ''] = urls;
    const driverID = 'silent';
    try {
      const pages = [await connect(here), await connect(there)];
      const toldOf = (page: LiveClient) =>
        page.alerts.filter((alert) => alert.driverID === driverID).map(({ event }) => event);
      await start(here, driverID);
      for (const page of pages)
        await eventually(() => expect(toldOf(page)).toEqual(['overspeeding', 'overspeedUnconfirmed']));
      const late = await connect(there);
      const open = late.pictures.at(-1)?.active.find((alert) => alert.driverID === driverID);
      expect(open?.unconfirmedSinceMs).toBeGreaterThan(0);
      await post(there, driverID, {});
      for (const page of pages)
        await eventually(() => expect(toldOf(page).slice(2)[0]).toBe('overspeedConfirmed'));
    } finally {
      await Promise.all(hasty.map(({ process }) => process.stop()));
    }
  });
});
