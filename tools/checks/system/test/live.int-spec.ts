import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack, startStack } from '@drivewatch/testing';
import { LiveClient, pointsOf } from './live-client';
import { acceptedId, postRecord, REPLAY } from './post-record';

describe('the live socket', () => {
  let stack: Stack;
  const clients: LiveClient[] = [];
  const connect = async (cursor?: string): Promise<LiveClient> => {
    const client = await LiveClient.connect(stack.url, cursor === undefined ? {} : { cursor });
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    stack = await startStack({ consumers: 2, timeZone: 'Asia/Shanghai' });
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  afterAll(() => stack.stop());

  it('tells every client at once that a driver starts and stops speeding', async () => {
    const pages = [await connect(), await connect()];
    const driverID = 'alert1';
    await acceptedId(
      stack.url,
      aWireRecord({ driverID, Time: '2017-01-01 08:00:05', isOverspeed: '1' }),
      REPLAY,
    );
    await acceptedId(
      stack.url,
      aWireRecord({ driverID, Time: '2017-01-01T00:00:09Z', isOverspeedFinished: '1', overspeedTime: '4' }),
      REPLAY,
    );
    await acceptedId(stack.url, aWireRecord({ driverID, isOverspeed: '0', isOverspeedFinished: '' }), REPLAY);
    for (const page of pages) {
      await eventually(() => {
        expect(page.alerts).toEqual([
          { event: 'overspeeding', driverID, Time: '2017-01-01 08:00:05' },
          { event: 'overspeedEnd', driverID, Time: '2017-01-01 08:00:09' },
        ]);
      });
    }
  });

  it('tells nobody of a record that was refused', async () => {
    const page = await connect();
    const refused = await postRecord(
      stack.url,
      aWireRecord({ driverID: 'refused', isOverspeed: '1', Speed: '900' }),
      REPLAY,
    );
    expect(refused.status).toBe(400);
    await acceptedId(stack.url, aWireRecord({ driverID: 'accepted', isOverspeed: '1' }), REPLAY);
    await eventually(() => expect(page.alerts.map(({ driverID }) => driverID)).toContain('accepted'));
    expect(page.alerts.map(({ driverID }) => driverID)).not.toContain('refused');
    await acceptedId(stack.url, aWireRecord({ driverID: 'accepted', isOverspeedFinished: '1' }), REPLAY);
  });

  it('tells a client that connects of all who are speeding in one list, and of the newest 500 once more', async () => {
    const begunAtMs = Date.now() - 600_000;
    const drivers = Array.from({ length: 505 }, (_, n) => `many${n}`);
    const say = async (fields: object, afterMs: number): Promise<void> => {
      const records = drivers.map((driverID, n) => {
        const Time = new Date(begunAtMs + n * 1_000 + afterMs).toISOString();
        return aWireRecord({ driverID, Time, ...fields });
      });
      const answer = await fetch(`${stack.url}/addData`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(records),
      });
      expect(await answer.json()).toMatchObject({ accepted: drivers.length });
    };
    await say({ isOverspeed: '1' }, 0);
    const isTold = ({ driverID }: { driverID: string }): boolean => driverID.startsWith('many');
    await eventually(async () => {
      const page = await connect();
      expect(page.pictures.at(-1)?.active.filter(isTold)).toHaveLength(drivers.length);
      const told = new Set(page.alerts.map(({ driverID }) => driverID));
      expect(drivers.filter((driverID) => !told.has(driverID))).toEqual(drivers.slice(0, 5));
    });
    await say({ isOverspeedFinished: '1', overspeedTime: '1' }, 1_000);
    await eventually(async () => {
      const page = await connect();
      expect(page.pictures.at(-1)?.active.filter(isTold)).toEqual([]);
    });
  });

  it('tells a client that connects who is speeding right now, also after a restart of the API', async () => {
    const driverID = 'openalert';
    await acceptedId(stack.url, aWireRecord({ driverID, isOverspeed: '1' }), REPLAY);
    await acceptedId(
      stack.url,
      aWireRecord({ driverID: 'over', isOverspeed: '1', Time: '2017-01-01 08:00:00' }),
      REPLAY,
    );
    await acceptedId(
      stack.url,
      aWireRecord({ driverID: 'over', isOverspeedFinished: '1', Time: '2017-01-01 08:00:07' }),
      REPLAY,
    );
    const expectPicture = async (): Promise<void> => {
      await eventually(async () => {
        const page = await connect();
        const [picture] = page.pictures.slice(-1);
        expect(picture?.active).toEqual([
          {
            driverID,
            carPlateNumber: '华AVM936',
            startedAtMs: Date.UTC(2017, 0, 1, 0, 0, 5),
            endedAtMs: null,
            unconfirmedSinceMs: null,
          },
        ]);
        expect(picture?.past[0]).toMatchObject({
          driverID: 'over',
          endedAtMs: Date.UTC(2017, 0, 1, 0, 0, 7),
        });
        expect(page.alerts).toEqual([{ event: 'overspeeding', driverID, Time: '2017-01-01 08:00:05' }]);
      });
    };
    await expectPicture();
    expect(await stack.api().stop()).toBe(0);
    await stack.startApi();
    await expectPicture();
    await acceptedId(stack.url, aWireRecord({ driverID, isOverspeedFinished: '1' }), REPLAY);
  });

  it('sends every stored record in exactly one tick, x ascending in epoch milliseconds', async () => {
    const page = await connect();
    const posted: string[] = [];
    const batch = Array.from({ length: 300 }, (_, n) => n);
    await Promise.all(
      batch.map(async (n) => {
        const second = String(n % 60).padStart(2, '0');
        await acceptedId(
          stack.url,
          aWireRecord({ driverID: `tick${n % 7}`, Speed: String(n), Time: `2017-01-01 09:00:${second}` }),
        );
        posted.push(`tick${n % 7} ${Date.UTC(2017, 0, 1, 1, 0, n % 60)} ${n}`);
      }),
    );
    const ticked = () => page.tickPoints.filter((point) => point.startsWith('tick')).sort();
    await eventually(() => expect(ticked()).toEqual(posted.sort()));
    for (const tick of page.ticks) {
      for (const [driverID, { name, data }] of Object.entries(tick)) {
        expect(name).toBe(driverID);
        expect(data.map(({ x }) => x)).toEqual(data.map(({ x }) => x).sort((a, b) => a - b));
      }
    }
    const count = page.ticks.length;
    await eventually(() => expect(page.ticks.length).toBeGreaterThan(count + 1));
    expect(ticked()).toHaveLength(posted.length);
  });

  it('sends a client that connects the recent speeds, and what follows without gap or double', async () => {
    const driverID = 'recent';
    const first = await connect();
    await acceptedId(stack.url, aWireRecord({ driverID, Speed: '11' }));
    await eventually(() => expect(first.tickPoints.join()).toContain('recent'));
    const late = await connect();
    expect(late.data[0]?.meta.kind).toBe('snapshot');
    expect(late.data[0]?.meta.drivers[driverID]).toMatchObject({ carPlateNumber: '华AVM936' });
    await acceptedId(stack.url, aWireRecord({ driverID, Speed: '12' }));
    await eventually(() => {
      const speeds = late.data.flatMap(({ speeds }) => speeds[driverID]?.data ?? []).map(({ y }) => y);
      expect(speeds).toEqual([11, 12]);
    });
  });

  it('sends a client that comes back only what it missed', async () => {
    const driverID = 'away';
    const page = await connect();
    await acceptedId(stack.url, aWireRecord({ driverID, Speed: '21' }));
    await eventually(() => expect(page.tickPoints.join()).toContain('away'));
    page.close();
    const cursor = page.data.at(-1)?.meta.cursor;
    const witness = await connect();
    await acceptedId(stack.url, aWireRecord({ driverID, Speed: '22' }));
    await eventually(() => expect(witness.tickPoints.join()).toContain('away'));
    const back = await connect(cursor);
    expect(back.data[0]?.meta.kind).toBe('catch-up');
    expect(pointsOf(back.data[0]?.speeds ?? {})).toEqual([expect.stringMatching(/^away \d+ 22$/)]);
    const strange = await connect('not a cursor');
    expect(strange.data[0]?.meta.kind).toBe('snapshot');
  });
});
