import type { Problem } from '@drivewatch/contracts';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack } from '@drivewatch/testing';
import { suiteStack } from './suite-stack';
import { acceptedId, postRecord } from './post-record';

describe('POST /addData', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await suiteStack();
  });

  const post = (body: string, contentType: string | null = 'application/json') =>
    fetch(`${stack.url}/addData`, {
      method: 'POST',
      body,
      headers: contentType === null ? {} : { 'Content-Type': contentType },
    });
  const problemOf = async (response: Response): Promise<Problem> => {
    expect(response.headers.get('content-type')).toMatch('application/problem+json');
    return (await response.json()) as Problem;
  };

  it("takes the original client's body, all strings, and stores what it says", async () => {
    const response = await post(
      '{"driverID":"likun1000003","carPlateNumber":"华AVM936","Latitude":"32.056444","Longtitude":"118.777589","Speed":"72","Direction":"211","Time":"2017-01-01 08:00:05","isOverspeedFinished":"1","overspeedTime":"1"}',
    );
    expect(response.status).toBe(202);
    const answer = (await response.json()) as { accepted: number; ids: string[] };
    expect(answer).toEqual({
      accepted: 1,
      rejected: [],
      rejectedCount: 0,
      ids: [expect.stringMatching(/^[0-9a-f-]{36}$/)],
    });
    const [row] = await eventually(async () => {
      const rows = await stack.query<Record<string, unknown>>(
        `SELECT * FROM driving_record WHERE id = $1`,
        answer.ids,
      );
      expect(rows).toHaveLength(1);
      return rows;
    });
    expect(row).toMatchObject({
      driver_id: 'likun1000003',
      plate_number: '华AVM936',
      latitude_deg: 32.056444,
      longitude_deg: 118.777589,
      speed_kmh: 72,
      heading_deg: 211,
      recorded_at: new Date('2017-01-01T00:00:05Z'),
      overspeed: false,
      overspeed_finished: true,
      overspeed_seconds: 1,
      oil_leak: false,
    });
  });

  it('names every wrong field, what is wrong and what is allowed', async () => {
    const response = await post(
      JSON.stringify({ driverID: 'd', Speed: 'fast', Time: '2017-02-30 08:00:00', isOverSpeed: 1 }),
    );
    expect(response.status).toBe(400);
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status: 400, code: 'INVALID_RECORD' });
    expect(problem.errors?.map(({ field }) => field)).toEqual(['Speed', 'Time', 'isOverSpeed']);
    expect(problem.errors?.[0]?.message).toMatch(/"fast".*allowed: a number from 0 to 500 \(km\/h\)/);
    expect(problem.errors?.[1]?.message).toMatch(/"2017-02-30 08:00:00".*allowed: YYYY-MM-DD HH:MM:SS/);
    expect(problem.errors?.[2]?.message).toMatch(/not a field of a driving record; allowed: driverID, /);
  });

  it.each([
    ['malformed JSON', '{"driverID":', 'application/json', 400, 'MALFORMED_JSON'],
    ['no body', '', 'application/json', 400, 'MALFORMED_JSON'],
    ['an array', '[]', 'application/json', 400, 'INVALID_RECORD'],
    ['null', 'null', 'application/json', 400, 'INVALID_RECORD'],
    ['a polluted prototype', '{"__proto__":{"isAdmin":true}}', 'application/json', 400, 'MALFORMED_JSON'],
    ['a form', 'driverID=d', 'application/x-www-form-urlencoded', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['plain text', 'hello', 'text/plain', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a huge body', `{"driverID":"${'d'.repeat(70_000)}"}`, 'application/json', 413, 'BODY_TOO_LARGE'],
  ])('refuses %s with a problem and no stack trace', async (_, body, contentType, status, code) => {
    const response = await post(body, contentType);
    expect(response.status).toBe(status);
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status, code });
    expect(JSON.stringify(problem)).not.toMatch(/node_modules|\.ts|\.mjs/);
  });

  it('says which method is allowed', async () => {
    const response = await fetch(`${stack.url}/addData`);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await problemOf(response)).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
  });

  it('stores nothing of refused records', async () => {
    const driverID = 'refused1';
    await postRecord(stack.url, aWireRecord({ driverID, Speed: '501' }));
    const id = await acceptedId(stack.url, aWireRecord({ driverID, Speed: '500' }));
    await eventually(async () => {
      expect(await stack.query(`SELECT id FROM driving_record WHERE driver_id = $1`, [driverID])).toEqual([
        { id },
      ]);
    });
  });

  it('serves the dashboard for its paths, and its own answers for the rest', async () => {
    const page = async (path: string) => {
      const response = await fetch(`${stack.url}${path}`);
      return [response.status, response.headers.get('content-type')?.split(';')[0]];
    };
    expect(await page('/')).toEqual([200, 'text/html']);
    expect(await page('/live/all')).toEqual([200, 'text/html']);
    expect(await page('/no-such-script.js')).toEqual([404, 'application/problem+json']);
    expect(await page('/api/no-such-thing')).toEqual([404, 'application/problem+json']);
    expect(await page('/%zz')).toEqual([400, 'application/problem+json']);
  });
});
