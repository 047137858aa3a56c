import type { Problem } from '@drivewatch/contracts';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack, startStack } from '@drivewatch/testing';
import { archivedLines } from './archived-records';
import { JSON_ARRAY, type Sent } from './record-bodies';

interface Stored {
  driver: string;
  plate: string;
  site: string;
  position: [number, number] | null;
  speed: number | null;
  recordedAt: string;
}

/** The effects on records of receivers without satellites, clocks that change, and people's names. */
describe('POST /addData of records as the field sends them', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ timeZone: 'America/New_York', archiveEvery: '1s' });
  });
  afterAll(() => stack.stop());

  const post = (body: string, contentType = 'application/json') =>
    fetch(`${stack.url}/addData`, { method: 'POST', body, headers: { 'Content-Type': contentType } });
  /** Returns what is stored of records that are all accepted, in their order. */
  async function stored(body: string, contentType?: string): Promise<Stored[]> {
    const response = await post(body, contentType);
    const { ids } = (await response.json()) as { ids?: string[] };
    expect([response.status, ids?.length]).toEqual([202, expect.any(Number)]);
    return eventually(async () => {
      const rows = await stack.query<Stored>(
        `SELECT driver_id AS driver, plate_number AS plate, site_name AS site, speed_kmh AS speed,
                CASE WHEN latitude_deg IS NOT NULL THEN json_build_array(latitude_deg, longitude_deg) END AS position,
                to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "recordedAt"
         FROM driving_record WHERE id = ANY($1::uuid[]) ORDER BY array_position($1::uuid[], id)`,
        [ids],
      );
      expect(rows).toHaveLength(ids?.length ?? NaN);
      return rows;
    });
  }
  const storedRecords = (...records: unknown[]) => stored(JSON_ARRAY(records as Sent[]));
  async function fieldErrors(record: unknown) {
    const response = await post(JSON.stringify(record));
    expect(response.status).toBe(400);
    return ((await response.json()) as Problem).errors;
  }

  it('takes 0,0 for no position, however it is written', async () => {
    const rows = await storedRecords(
      aWireRecord({ Latitude: '0', Longtitude: '0' }),
      aWireRecord({ Latitude: '-0.000', Longtitude: '0e0' }),
      { ...aWireRecord({ Latitude: '', Longtitude: '' }), Latitude: 0, Longitude: -0 },
      aWireRecord({ Latitude: '0', Longtitude: '118.777589' }),
      aWireRecord({ Latitude: '32.05', Longtitude: '0' }),
    );
    expect(rows.map(({ position }) => position)).toEqual([null, null, null, [0, 118.777589], [32.05, 0]]);
    const [ofCsv] = await stored('zero,P1,+0.0,.0,72,211,,2025-05-04 08:00:05\n', 'text/csv');
    expect(ofCsv?.position).toBeNull();
  });

  it('takes from a receiver that knows no speed only what happened', async () => {
    const withoutSpeed = aWireRecord({ driverID: 'blind' });
    delete withoutSpeed.Speed;
    const rows = await storedRecords(
      { ...withoutSpeed, Speed: -1, isFatigueDriving: 1 },
      { ...withoutSpeed, isOverspeedFinished: '1', overspeedTime: '12' },
      { ...withoutSpeed, Speed: null, isOilLeak: true },
      { ...withoutSpeed, Speed: '-255.5', isNeutralSlide: 1 },
      { ...withoutSpeed, Speed: 0, isNeutralSlide: 1 },
    );
    expect(rows.map(({ speed }) => speed)).toEqual([null, null, null, null, 0]);
    expect(await fieldErrors({ ...withoutSpeed, Speed: -1 })).toEqual([
      {
        field: 'Speed',
        message:
          'is -1; allowed: a number from 0 to 500 (km/h); it may be missing or negative only where a flag such as isOverspeed is set',
      },
    ]);
    expect(await fieldErrors({ ...withoutSpeed, isOverspeed: 0 })).toMatchObject([
      { field: 'Speed', message: expect.stringMatching(/^is missing; allowed: a number from 0/) as string },
    ]);
    expect(await fieldErrors({ ...withoutSpeed, Speed: 501, isOverspeed: 1 })).toMatchObject([
      { field: 'Speed' },
    ]);
  });

  it('accepts names of every script, and treats two forms of a name as one', async () => {
    const decomposed = 'Lê Thị Ngọc'.normalize('NFD');
    const rows = await storedRecords(
      aWireRecord({ driverID: decomposed, carPlateNumber: 'MÜ 7'.normalize('NFD'), siteName: 'Đà Nẵng' }),
      aWireRecord({ driverID: 'Lê Thị Ngọc', carPlateNumber: 'กข 123' }),
      aWireRecord({ driverID: 'ปิยะพงษ์' }),
      aWireRecord({ driverID: 'सुनील कुमार' }),
      aWireRecord({ driverID: '𠮷'.repeat(64) }),
      { ...aWireRecord(), driverID: 359881234567890 },
    );
    expect(rows.map(({ driver }) => driver)).toEqual([
      'Lê Thị Ngọc',
      'Lê Thị Ngọc',
      'ปิยะพงษ์',
      'सुनील कुमार',
      '𠮷'.repeat(64),
      '359881234567890',
    ]);
    expect(rows.slice(0, 2).map(({ plate }) => plate)).toEqual(['MÜ 7', 'กข 123']);
  });

  it.each([
    ['a number beyond what JSON keeps', { driverID: 2 ** 53 }, /^is a number beyond 2\^53 .* as a string$/],
    ['a broken number', { driverID: 7.5 }, /^is not a whole number \(7\.5\); allowed: /],
    ['a negative number', { driverID: -7 }, /^is a negative number \(-7\); allowed: /],
    ['65 characters', { driverID: '𠮷'.repeat(65) }, /^is 65 characters long; allowed: 1 to 64 /],
    ['an override', { driverID: 'd\u202e1' }, /^holds U\+202E, which turns the direction of the text; /],
    ['an isolate', { carPlateNumber: '\u2066P1\u2069' }, /^holds U\+2066, which turns the direction /],
    ['an embedding', { siteName: 'Gate \u202a3' }, /^holds U\+202A, which turns the direction /],
  ])('refuses in a name %s, and says why', async (_, fields, message) => {
    expect(await fieldErrors({ ...aWireRecord(), ...fields })).toEqual([
      { field: Object.keys(fields)[0], message: expect.stringMatching(message) as string },
    ]);
  });

  it('takes every form of a time, and a repeated or skipped hour for what is nearer to now', async () => {
    const times: [string, string][] = [
      ['2025-05-04T08:00+08', '2025-05-04T00:00:00Z'],
      ['2025-05-04T08:00:05+0530', '2025-05-04T02:30:05Z'],
      ['2025-05-04T08:00Z', '2025-05-04T08:00:00Z'],
      ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00Z'],
      ['2016-12-31 18:59:60', '2017-01-01T00:00:00Z'],
      // This time occurs twice on that day; both are long ago, and the second one less so.
      ['2025-11-02 01:30:00', '2025-11-02T06:30:00Z'],
      ['2025-11-02T01:30:00-04:00', '2025-11-02T05:30:00Z'],
      ['2025-11-02 00:59:59', '2025-11-02T04:59:59Z'],
      // This time does not occur on that day: it comes from a clock that was not put forward, rather than from one put
      // forward an hour early.
      ['2025-03-09 02:30:00', '2025-03-09T07:30:00Z'],
    ];
    const rows = await storedRecords(...times.map(([Time]) => aWireRecord({ Time })));
    expect(rows.map(({ recordedAt }) => recordedAt)).toEqual(times.map(([, recordedAt]) => recordedAt));
  });

  it('archives both passes of a repeated hour with their offsets, and reads them back as they were', async () => {
    const driverID = 'twice';
    const times = ['2025-11-02T01:10:00-04:00', '2025-11-02T01:10:00-05:00', '2025-11-02T03:00:00-05:00'];
    await storedRecords(...times.map((Time) => aWireRecord({ driverID, Time })));
    const lines = await eventually(async () => {
      const found = (await archivedLines(stack.recordsFolder)).filter((line) => line.startsWith(driverID));
      expect(found).toHaveLength(times.length);
      return found;
    });
    expect(lines.map((line) => line.split(',')[7]).sort()).toEqual([
      '2025-11-02 03:00:00',
      '2025-11-02T01:10:00-04:00',
      '2025-11-02T01:10:00-05:00',
    ]);
    const again = await stored(lines.map((line) => `${line}\n`).join(''), 'text/csv');
    expect(again.map(({ recordedAt }) => recordedAt).sort()).toEqual([
      '2025-11-02T05:10:00Z',
      '2025-11-02T06:10:00Z',
      '2025-11-02T08:00:00Z',
    ]);
  });
});
