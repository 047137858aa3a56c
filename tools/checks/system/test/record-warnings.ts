import { randomUUID } from 'node:crypto';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack } from '@drivewatch/testing';
import { postBody } from './post-body';
import { CSV, JSON_ARRAY, NDJSON } from './record-bodies';
import { suiteStack } from './suite-stack';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;

/** Returns the wall time in the time zone of the suite's fleet, which detail records have. */
const wallTime = (ms: number): string =>
  new Date(ms + 8 * HOUR_MS).toISOString().slice(0, 19).replace('T', ' ');

describe('the warnings of POST /addData', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await suiteStack();
  });

  const json = 'application/json';

  it('are absent from the answer to records that say what they mean', async () => {
    const driverID = `plain-${randomUUID()}`;
    const start = aWireRecord({ driverID, Time: wallTime(Date.now()), isOverspeed: '1' });
    const one = await postBody(stack.url, json, JSON.stringify(start));
    const both = await postBody(
      stack.url,
      json,
      JSON_ARRAY([aWireRecord({ driverID }), aWireRecord({ driverID })]),
    );
    for (const { status, answer } of [one, both]) {
      expect(status).toBe(202);
      expect(answer).not.toHaveProperty('warnings');
    }
  });

  it.each([
    ['a clock ahead', { Time: wallTime(Date.now() + HOUR_MS) }, 'CLOCK_AHEAD', 'Time', /300 s ahead/],
    [
      'a clock that nobody set',
      { Time: '1980-01-06 00:00:31' },
      'CLOCK_UNSET',
      'Time',
      /not been told the time/,
    ],
    [
      'a position of zeros',
      { Latitude: '0', Longtitude: '0.0' },
      'ZERO_POSITION',
      'Latitude',
      /leave both out/,
    ],
  ])('tell the sender of one record with %s, which is stored', async (_, fields, code, field, message) => {
    const driverID = `odd-${randomUUID()}`;
    const { status, answer } = await postBody(
      stack.url,
      json,
      JSON.stringify(aWireRecord({ driverID, ...fields })),
    );
    expect([status, answer.warnings]).toEqual([
      202,
      [{ code, field, count: 1, firstIndex: 0, message: expect.stringMatching(message) as string }],
    ]);
    await eventually(async () => {
      const rows = await stack.query('SELECT id FROM driving_record WHERE driver_id = $1', [driverID]);
      expect(rows).toEqual([{ id: answer.ids?.[0] }]);
    });
  });

  it.each([
    ['a JSON array', json, JSON_ARRAY],
    ['NDJSON', 'application/x-ndjson', NDJSON],
    ['CSV', 'text/csv', CSV],
  ])('count each kind in %s and name the first record of it', async (_, type, write) => {
    const driverID = `odd-${randomUUID()}`;
    const nowMs = Date.now();
    const at = (seconds: number, fields = {}) =>
      aWireRecord({ driverID, Time: wallTime(nowMs + seconds * SECOND_MS), ...fields });
    const body = write([
      at(-60),
      at(-50, { Latitude: '0', Longtitude: '0', Speed: '501' }),
      at(-40, { isOverspeed: '1' }),
      at(-30, { isOverspeed: '1', Latitude: '0', Longtitude: '0' }),
      at(-20, { isOverspeed: '1' }),
      at(7_200, { Latitude: '0', Longtitude: '0' }),
    ]);
    const { status, answer } = await postBody(stack.url, type, body);
    expect([status, answer.accepted, answer.rejected.map(({ index }) => index)]).toEqual([202, 5, [1]]);
    const warnings = answer.warnings?.map(({ code, field, count, firstIndex }) => [
      code,
      field,
      count,
      firstIndex,
    ]);
    expect(warnings).toEqual([
      ['REPEATED_FLAG', 'isOverspeed', 2, 3],
      ['ZERO_POSITION', 'Latitude', 2, 3],
      ['CLOCK_AHEAD', 'Time', 1, 5],
    ]);
  });

  it('tell a device that reports the beginning in record after record, each by itself', async () => {
    const driverID = `again-${randomUUID()}`;
    const nowMs = Date.now();
    const post = async (seconds: number, fields: Record<string, string>) => {
      const record = aWireRecord({ driverID, Time: wallTime(nowMs + seconds * SECOND_MS), ...fields });
      const { answer } = await postBody(stack.url, json, JSON.stringify(record));
      return answer.warnings?.map(({ code, field }) => `${code} ${field}`) ?? [];
    };
    expect(await post(-50, { isOverspeed: '1' })).toEqual([]);
    expect(await post(-40, { isOverspeed: '1' })).toEqual(['REPEATED_FLAG isOverspeed']);
    expect(await post(-30, { isOverspeedFinished: '1', overspeedTime: '20' })).toEqual([]);
    expect(await post(-20, { isOverspeed: '1' })).toEqual([]);
  });
});
