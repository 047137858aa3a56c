import { randomUUID } from 'node:crypto';
import type { Problem } from '@drivewatch/contracts';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack } from '@drivewatch/testing';
import { suiteStack } from './suite-stack';
import { LiveClient } from './live-client';
import { acceptedId, postRecord, REPLAY } from './post-record';

describe('alerts of late records', () => {
  let stack: Stack;
  let page: LiveClient;

  beforeAll(async () => {
    stack = await suiteStack();
  });
  beforeEach(async () => {
    page = await LiveClient.connect(stack.url);
  });
  afterEach(() => page.close());

  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const starts = (driverID: string, minutes: number, headers = {}) =>
    acceptedId(stack.url, aWireRecord({ driverID, isOverspeed: '1', Time: minutesAgo(minutes) }), headers);
  const ends = (driverID: string, minutes: number) =>
    acceptedId(
      stack.url,
      aWireRecord({ driverID, isOverspeedFinished: '1', overspeedTime: '9', Time: minutesAgo(minutes) }),
    );
  /** Returns what the page was told of a driver, once it has been told of a record that came later. */
  const toldOf = async (driverID: string): Promise<string[]> => {
    const last = `last-${randomUUID()}`;
    await starts(last, 0);
    await ends(last, 0);
    await eventually(() => {
      expect(page.alerts.filter((alert) => alert.driverID === last)).toHaveLength(2);
    });
    return page.alerts.filter((alert) => alert.driverID === driverID).map(({ event }) => event);
  };
  const activeFor = async (driverID: string): Promise<boolean> => {
    const other = await LiveClient.connect(stack.url);
    other.close();
    return other.pictures.at(-1)?.active.some((alert) => alert.driverID === driverID) ?? false;
  };

  it('stores the backlog of a tunnel and raises only what is still going on', async () => {
    const driverID = 'tunnel';
    const ids = [await starts(driverID, 120), await ends(driverID, 110), await starts(driverID, 5)];
    expect(await toldOf(driverID)).toEqual(['overspeeding']);
    expect(await activeFor(driverID)).toBe(true);
    await eventually(async () => {
      const rows = await stack.query<{ id: string }>(
        `SELECT id FROM driving_record WHERE driver_id = $1 ORDER BY recorded_at`,
        [driverID],
      );
      expect(rows.map(({ id }) => id)).toEqual(ids);
    });
  });

  it('lets the late end of an earlier spell end nothing', async () => {
    const driverID = 'earlier';
    await starts(driverID, 2);
    await ends(driverID, 3);
    expect(await toldOf(driverID)).toEqual(['overspeeding']);
    expect(await activeFor(driverID)).toBe(true);
    await ends(driverID, 1);
    expect(await toldOf(driverID)).toEqual(['overspeeding', 'overspeedEnd']);
    expect(await activeFor(driverID)).toBe(false);
  });

  it('raises no alert whose end came first, even if the API was restarted in between', async () => {
    const driverID = 'overtaken';
    await ends(driverID, 1);
    expect(await toldOf(driverID)).toEqual(['overspeedEnd']);
    page.close();
    expect(await stack.api().stop()).toBe(0);
    await stack.startApi();
    page = await LiveClient.connect(stack.url);
    await starts(driverID, 2);
    expect(await toldOf(driverID)).toEqual([]);
    expect(await activeFor(driverID)).toBe(false);
  });

  it('announces a record that is sent again only once, even after its alert has ended', async () => {
    const driverID = 'repeated';
    const Time = minutesAgo(1);
    const start = Object.assign(aWireRecord({ driverID, Time, isOverspeed: '1' }), {
      recordId: randomUUID(),
    });
    const end = Object.assign(aWireRecord({ driverID, Time, isOverspeedFinished: '1' }), {
      recordId: randomUUID(),
    });
    for (const record of [start, start, end, start, end]) await acceptedId(stack.url, record);
    expect(await toldOf(driverID)).toEqual(['overspeeding', 'overspeedEnd']);
    expect(await activeFor(driverID)).toBe(false);
  });

  it('raises the alerts of a replay however old they are', async () => {
    await starts('replayed', 50_000, REPLAY);
    expect(await toldOf('replayed')).toEqual(['overspeeding']);
  });

  it('names the header and what is allowed when its value is invalid', async () => {
    const response = await postRecord(stack.url, aWireRecord({ driverID: 'odd' }), { 'X-Replay': 'yes' });
    expect(response.status).toBe(400);
    expect((await response.json()) as Problem).toMatchObject({
      code: 'BAD_REQUEST',
      detail: 'The header X-Replay is "yes"; allowed: 1, 0, or no such header',
    });
  });
});
