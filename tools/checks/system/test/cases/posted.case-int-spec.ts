import { TIME_TOLERANCE_MS } from '@drivewatch/contracts';
import { eventually, type Stack, startStack } from '@drivewatch/testing';
import { LiveClient } from '../live-client';
import { metricsOf, totalOf } from '../metrics-of';
import { postBody } from '../post-body';
import { REPLAY } from '../post-record';
import { countStored } from '../stored';
import { readCase, runCase } from './case-files';
import { pictureOf, toldOf } from './live-picture';

const HOUR_MS = 3_600_000;

describe('what the field posts', () => {
  let stack: Stack;
  let page: LiveClient;
  beforeAll(async () => {
    stack = await startStack();
  });
  beforeEach(async () => {
    page = await LiveClient.connect(stack.url);
  });
  afterEach(() => page.close());
  afterAll(() => stack.stop());

  const picture = () => pictureOf(stack.url);
  const told = (driverID: string) => toldOf(page, stack.url, driverID);
  const active = async (): Promise<string[]> =>
    (await picture()).alerts.active.map(({ driverID }) => driverID);

  it('01: a clock that is hours ahead takes nothing from the charts', async () => {
    await runCase('01-one-fast-clock-blanks-fleet-chart.sh', stack.url);
    const { info, pointsOf } = await eventually(async () => {
      const now = await picture();
      expect(now.pointsOf('van1').map(({ y }) => y)).toContain(62);
      expect(now.pointsOf('gt06')).toHaveLength(1);
      return now;
    });
    const speeds = [71, 66, 61, 56, 51, 46];
    expect(
      pointsOf('van1')
        .map(({ y }) => y)
        .sort(),
    ).toEqual([...speeds, 61, 62].sort());
    expect(pointsOf('van2').map(({ y }) => y)).toEqual(speeds.map((speed) => speed + 1));
    const points = ['van1', 'van2', 'van3', 'gt06'].flatMap(pointsOf);
    for (const { x } of points) expect(x).toBeLessThanOrEqual(Date.now() + TIME_TOLERANCE_MS);
    const aheadMs = (info.gt06?.deviceClockMs ?? 0) - (info.gt06?.lastHeardMs ?? 0);
    expect(Math.round(aheadMs / HOUR_MS)).toBe(8);
    expect(info.van1?.deviceClockMs).toBeNull();
    expect(totalOf(await metricsOf(stack.url), 'drivewatch_records_ahead_total')).toBeGreaterThanOrEqual(2);
  });

  it('02: a clock that is ahead neither mutes its driver nor keeps an alert open', async () => {
    await runCase('02-fast-clock-mutes-and-sticks-alerts.sh', stack.url);
    expect(await told('muted')).toEqual(['overspeeding', 'overspeedEnd', 'overspeeding']);
    expect(await told('control')).toEqual(['overspeeding']);
    expect(await told('stuck')).toEqual(['overspeeding', 'overspeedEnd']);
    expect(await active()).toEqual(expect.arrayContaining(['muted', 'control']));
    expect(await active()).not.toContain('stuck');
  });

  it('05: an ordinary record days later confirms no spell of overspeeding', async () => {
    const { status } = await postBody(
      stack.url,
      'text/csv',
      await readCase('05-unended-spell-overnight.csv'),
      {
        headers: REPLAY,
      },
    );
    expect(status).toBe(202);
    // A break in the records is found at a tick, once they are stored.
    await eventually(async () => {
      expect(await told('driver-a')).toEqual(['overspeeding', 'overspeedEnd']);
    });
    const { alerts } = await picture();
    expect(alerts.past.filter(({ driverID }) => driverID === 'driver-a')).toEqual([
      expect.objectContaining({
        startedAtMs: Date.parse('2017-01-05T23:02:53Z'),
        endedAtMs: Date.parse('2017-01-05T23:03:20Z'),
        endUnknown: true,
      }),
    ]);
    expect(await active()).not.toContain('driver-a');
  });

  it('06: another record under a key that was used is refused, and raises no alert', async () => {
    const answers = await runCase('06-idempotency-key-reuse.sh', stack.url);
    const [, second = '{}'] = /^\{[^]*?\}(\{[^]*\})$/.exec(answers) ?? [];
    expect(JSON.parse(second)).toMatchObject({ status: 422 });
    expect(second).toContain('truck-9-0001');
    expect(await told('idem')).toEqual([]);
    expect(await countStored(stack, 'idem')).toBe(1);
  });

  it('07: a late record leaves the plate as it is now', async () => {
    await runCase('07-late-record-old-plate.sh', stack.url);
    await eventually(async () => {
      expect(await countStored(stack, 'plate')).toBe(2);
    });
    const plates = () =>
      page.data.flatMap(({ meta }) => meta.drivers.plate ?? []).map(({ carPlateNumber }) => carPlateNumber);
    // The same holds in the tick that brings the late record.
    await eventually(() => {
      expect(page.tickPoints.filter((point) => point.startsWith('plate '))).toHaveLength(2);
    });
    expect(new Set(plates())).toEqual(new Set(['NEW-222']));
    expect((await picture()).info.plate?.carPlateNumber).toBe('NEW-222');
  });

  it('12: names with combining marks are taken, in their composed form', async () => {
    const { status, answer } = await postBody(
      stack.url,
      'text/csv',
      await readCase('12-driver-id-combining-marks.csv'),
    );
    expect([status, answer.accepted]).toEqual([202, 3]);
    for (const driverID of ['สมศรี', 'राम कुमार', 'M\u00fcller']) {
      await eventually(async () => {
        expect(await countStored(stack, driverID)).toBe(1);
      });
    }
  });

  it('13: the state of overspeeding in every record of a spell begins it once', async () => {
    await runCase('13-isOverspeed-as-state-bit.sh', stack.url);
    expect(await told('bit')).toEqual(['overspeeding']);
    await eventually(async () => {
      expect(await countStored(stack, 'bit')).toBe(5);
    });
    const sql = 'SELECT min(recorded_at) AS first FROM driving_record WHERE driver_id = $1';
    const [{ first } = { first: null }] = await stack.query<{ first: Date | null }>(sql, ['bit']);
    const open = (await picture()).alerts.active.find(({ driverID }) => driverID === 'bit');
    expect(open?.startedAtMs).toBe(first?.getTime());
  });

  it('15: a number as driverID is taken as its digits', async () => {
    const { status } = await postBody(
      stack.url,
      'application/json',
      await readCase('15-numeric-driver-id.json'),
    );
    expect(status).toBe(202);
    await eventually(async () => {
      expect(await countStored(stack, '863719010203045')).toBe(1);
    });
  });
});
