import { randomUUID } from 'node:crypto';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack } from '@drivewatch/testing';
import { suiteStack } from './suite-stack';
import { postBody } from './post-body';
import { CSV, JSON_ARRAY, NDJSON, type Sent } from './record-bodies';

const FORMATS = [
  ['a JSON array', 'application/json', JSON_ARRAY],
  ['NDJSON', 'application/x-ndjson', NDJSON],
  ['CSV', 'text/csv; charset=utf-8', CSV],
] as const;

describe('POST /addData with many records', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await suiteStack();
  });

  /** Waits until everything accepted so far is stored. */
  const drained = async (): Promise<void> => {
    const marker = `marker-${randomUUID()}`;
    await postBody(stack.url, 'application/json', JSON.stringify([aWireRecord({ driverID: marker })]));
    await storedSpeeds(marker, 1);
    await eventually(async () => {
      const { waiting, active } = await stack.queue().getJobCounts('waiting', 'active');
      expect([waiting, active]).toEqual([0, 0]);
    });
  };

  /** Returns the speeds of a driver's stored records, once there are that many. */
  const storedSpeeds = (driverID: string, count: number): Promise<number[]> =>
    eventually(async () => {
      const rows = await stack.query<{ speed: number }>(
        'SELECT speed_kmh AS speed FROM driving_record WHERE driver_id = $1 ORDER BY speed_kmh',
        [driverID],
      );
      expect(rows).toHaveLength(count);
      return rows.map(({ speed }) => speed);
    });
  const forms = FORMATS.flatMap(([name, contentType, write]) =>
    [false, true].map((gzip) => [`${name}${gzip ? ', gzip' : ''}`, contentType, write, gzip] as const),
  );
  it.each(forms)(
    'stores the good records of %s and says of each bad one why',
    async (_, type, write, gzip) => {
      const driverID = `batch-${randomUUID()}`;
      const records = [
        aWireRecord({ driverID, Speed: '1' }),
        aWireRecord({ driverID, Speed: '501' }),
        aWireRecord({ driverID, Speed: '2', isOverspeed: '1' }),
        aWireRecord({ driverID, Speed: '3', Time: '2017-02-30 08:00:00' }),
      ];
      const { status, answer } = await postBody(stack.url, type, write(records), { gzip });
      expect([status, answer]).toEqual([
        202,
        {
          accepted: 2,
          ids: [expect.stringMatching(/^[0-9a-f-]{36}$/), expect.stringMatching(/^[0-9a-f-]{36}$/)],
          rejected: [
            {
              index: 1,
              code: 'INVALID_RECORD',
              errors: [
                {
                  field: 'Speed',
                  message: expect.stringMatching(/"501"; allowed: a number from 0/) as string,
                },
              ],
            },
            {
              index: 3,
              code: 'INVALID_RECORD',
              errors: [
                {
                  field: 'Time',
                  message: expect.stringMatching(/"2017-02-30 08:00:00"; allowed: /) as string,
                },
              ],
            },
          ],
          rejectedCount: 2,
        },
      ]);
      expect(await storedSpeeds(driverID, 2)).toEqual([1, 2]);
      const stored = await stack.query<{ id: string }>(
        'SELECT id FROM driving_record WHERE driver_id = $1 ORDER BY speed_kmh',
        [driverID],
      );
      expect(stored.map(({ id }) => id)).toEqual(answer.ids);
    },
  );

  it.each(FORMATS)(
    'stores thousands of records of %s, each once, and lists no ids',
    async (_, type, write) => {
      const driverID = `large-${randomUUID()}`;
      const records = Array.from({ length: 7_000 }, (_record, n) =>
        aWireRecord({ driverID, Speed: String(n / 100) }),
      );
      const { status, answer } = await postBody(stack.url, type, write(records));
      expect([status, answer]).toEqual([202, { accepted: 7_000, rejected: [], rejectedCount: 0 }]);
      expect(await storedSpeeds(driverID, 7_000)).toEqual(records.map(({ Speed }) => Number(Speed)));
    },
  );

  it('goes on after lines that are no records', async () => {
    const driverID = `lines-${randomUUID()}`;
    const good = JSON.stringify(aWireRecord({ driverID }));
    const lines = [good, '{"driverID":', '{"__proto__":{"Speed":1}}', '', '[]', 'x'.repeat(70_000), good];
    const ndjson = await postBody(stack.url, 'application/x-ndjson', lines.join('\r\n'));
    expect(ndjson.answer.accepted).toBe(2);
    expect(ndjson.answer.rejected.map(({ index, code }) => `${index} ${code}`)).toEqual([
      '1 MALFORMED_JSON',
      '2 MALFORMED_JSON',
      '3 INVALID_RECORD',
      '4 BODY_TOO_LARGE',
    ]);
    expect(ndjson.answer.rejected[3]?.errors[0]?.message).toMatch(/65536 bytes \(MAX_RECORD_BYTES\)/);
    const row = CSV([aWireRecord({ driverID })]);
    const csv = await postBody(stack.url, 'text/csv', `${row}"${row}a,b\n${row}`);
    expect(csv.answer.accepted).toBe(2);
    expect(csv.answer.rejected.map(({ index, errors }) => `${index} ${errors[0]?.message}`)).toEqual([
      expect.stringMatching(/^1 is not valid CSV: Quote Not Closed/),
      '2 has 2 fields; allowed: 8, or 19 with or without a trailing comma',
    ]);
  });

  it('answers 400 with all reasons when nothing was accepted', async () => {
    const bad = Array.from({ length: 1_000 }, () => aWireRecord({ Speed: '-1' }));
    const { status, answer } = await postBody(stack.url, 'application/json', JSON_ARRAY(bad));
    expect([status, answer.code, answer.accepted, answer.rejectedCount]).toEqual([
      400,
      'INVALID_RECORD',
      0,
      1_000,
    ]);
    expect(answer.rejected[999]).toMatchObject({ index: 999, errors: [{ field: 'Speed' }] });
  });

  it.each(forms)(
    'ends %s after 1,000 rejections, and stores what was good before',
    async (_, type, write, gzip) => {
      const driverID = `ends-${randomUUID()}`;
      const bad = Array.from({ length: 20_000 }, () => aWireRecord({ driverID, Speed: '501' }));
      const records = [aWireRecord({ driverID }), ...bad.with(700, aWireRecord({ driverID }))];
      const { status, answer } = await postBody(stack.url, type, write(records), { gzip });
      expect([status, answer.code]).toEqual([422, 'TOO_MANY_REJECTED']);
      expect([answer.accepted, answer.nextIndex, answer.rejectedCount]).toEqual([2, 1_002, 1_000]);
      expect(answer.rejected.map(({ index }) => index)).toEqual(
        Array.from({ length: 1_002 }, (_record, n) => n).filter((n) => n !== 0 && n !== 701),
      );
      expect(answer.detail).toMatch(/continue from nextIndex/);
      await storedSpeeds(driverID, 2);
    },
  );

  it('takes a large array whose values are many, piece by piece', async () => {
    const driverID = `values-${randomUUID()}`;
    const records = Array.from({ length: 3_000 }, (_record, n) =>
      aWireRecord({ driverID, Speed: String(n / 25) }),
    );
    const body = JSON_ARRAY(records);
    expect(body.length).toBeLessThan(1024 * 1024);
    const { status, answer } = await postBody(stack.url, 'application/json', body);
    expect([status, answer.accepted]).toEqual([202, 3_000]);
    expect(await storedSpeeds(driverID, 3_000)).toEqual(records.map(({ Speed }) => Number(Speed)));
  });

  it.each([
    ['an empty array', 'application/json', '[]', 'INVALID_RECORD', /.*/],
    ['empty NDJSON', 'application/x-ndjson', '\n \n', 'INVALID_RECORD', /.*/],
    ['empty CSV', 'text/csv', '', 'INVALID_RECORD', /.*/],
    ['an array that breaks off', 'application/json', '[{"driverID":"d"', 'MALFORMED_JSON', /record 0, /],
  ])('refuses %s', async (_, type, body, code, detail) => {
    const { status, answer } = await postBody(stack.url, type, body);
    expect([status, answer.code]).toEqual([400, code]);
    expect(answer.detail).toMatch(detail);
  });

  it.each([
    ['another charset', { 'Content-Type': 'text/csv; charset=gbk' }, 415, 'UNSUPPORTED_MEDIA_TYPE', /utf-8/],
    ['another encoding', { 'Content-Encoding': 'br' }, 415, 'UNSUPPORTED_MEDIA_TYPE', /allowed: gzip/],
    ['another type', { 'Content-Type': 'text/xml' }, 415, 'UNSUPPORTED_MEDIA_TYPE', /application\/x-ndjson/],
    ['gzip that is none', { 'Content-Encoding': 'gzip' }, 400, 'MALFORMED_GZIP', /gzip/],
    ['a key with spaces', { 'Idempotency-Key': 'a b' }, 400, 'INVALID_IDEMPOTENCY_KEY', /1 to 255/],
    ['an empty key', { 'Idempotency-Key': '' }, 400, 'INVALID_IDEMPOTENCY_KEY', /1 to 255/],
    ['a replay that is none', { 'X-Replay': 'yes' }, 400, 'BAD_REQUEST', /allowed: 1, 0/],
  ])('refuses %s', async (_, headers, wanted, code, detail) => {
    const { status, answer } = await postBody(stack.url, 'text/csv', CSV([aWireRecord()]), { headers });
    expect([status, answer.code]).toEqual([wanted, code]);
    expect(answer.detail).toMatch(detail);
  });

  it('stores a record once under the recordId that it names, however it is spelled', async () => {
    const driverID = `named-${randomUUID()}`;
    const recordId = randomUUID();
    const upper = recordId.toUpperCase();
    const single = await postBody(
      stack.url,
      'application/json',
      JSON.stringify({ ...aWireRecord({ driverID }), recordId: upper }),
    );
    expect([single.status, single.answer.ids]).toEqual([202, [recordId]]);
    const twice = await postBody(
      stack.url,
      'application/x-ndjson',
      NDJSON([
        { ...aWireRecord({ driverID }), recordId },
        { ...aWireRecord({ driverID }), recordId: upper },
      ]),
      { headers: { 'Idempotency-Key': 'not-looked-at' } },
    );
    expect([twice.status, twice.answer.ids]).toEqual([202, [recordId, recordId]]);
    await drained();
    expect(await stack.query('SELECT id FROM driving_record WHERE driver_id = $1', [driverID])).toEqual([
      { id: recordId },
    ]);
    const nil = { ...aWireRecord(), recordId: '00000000-0000-0000-0000-000000000000' };
    const refused = await postBody(stack.url, 'application/json', JSON.stringify(nil));
    expect([refused.status, refused.answer.errors?.[0]?.field]).toEqual([400, 'recordId']);
  });

  it('stores a recordId once over all days, and remembers no id that it made itself', async () => {
    const driverID = `days-${randomUUID()}`;
    const recordId = randomUUID();
    const days = ['2017-01-03 08:00:00', '2017-01-04 08:00:00'];
    const rejected: number[] = [];
    for (const Time of days) {
      const sent = [{ ...aWireRecord({ driverID, Time }), recordId }, aWireRecord({ driverID, Time })];
      const { status, answer } = await postBody(stack.url, 'application/json', JSON.stringify(sent));
      expect(status).toBe(202);
      rejected.push(answer.rejectedCount);
      await drained();
    }
    expect(rejected).toEqual([0, 1]);
    const rows = await stack.query<{ id: string; day: string; remembered: boolean }>(
      `SELECT id, to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, id IN (SELECT id FROM device_record_id) AS remembered
       FROM driving_record WHERE driver_id = $1 ORDER BY day`,
      [driverID],
    );
    const named = { id: recordId, day: '2017-01-03', remembered: true };
    expect(rows).toHaveLength(3);
    expect(rows).toContainEqual(named);
    expect(rows.filter(({ remembered }) => remembered)).toEqual([named]);
    expect(rows.at(-1)?.day).toBe('2017-01-04');
  });

  it('stores once what is sent again under the same Idempotency-Key, also at the same time', async () => {
    const driverID = `again-${randomUUID()}`;
    const key = { 'Idempotency-Key': randomUUID() };
    const body = CSV(
      Array.from({ length: 1_200 }, (_, n) => aWireRecord({ driverID, Speed: String(n / 10) })),
    );
    const send = () => postBody(stack.url, 'text/csv', body, { headers: key });
    for (const { status, answer } of await Promise.all([send(), send(), send()]))
      expect([status, answer.accepted]).toEqual([202, 1_200]);
    await drained();
    expect((await send()).answer.accepted).toBe(1_200);
    await drained();
    expect(await storedSpeeds(driverID, 1_200)).toHaveLength(1_200);
  });

  it('keeps two drivers apart who use the same key, and records without a key', async () => {
    const drivers = [`shared-a-${randomUUID()}`, `shared-b-${randomUUID()}`];
    const headers = { 'Idempotency-Key': 'trip-1' };
    for (const driverID of [...drivers, ...drivers])
      await postBody(stack.url, 'application/json', JSON.stringify(aWireRecord({ driverID })), { headers });
    const keyless = `keyless-${randomUUID()}`;
    const record = JSON.stringify(aWireRecord({ driverID: keyless }));
    for (let n = 0; n < 2; n += 1) await postBody(stack.url, 'application/json', record);
    await drained();
    for (const driverID of drivers) await storedSpeeds(driverID, 1);
    await storedSpeeds(keyless, 2);
  });

  it('rejects a record that is more than a day ahead, and takes one that is less', async () => {
    const ahead = (hours: number): Sent =>
      aWireRecord({ Time: new Date(Date.now() + hours * 3_600_000).toISOString() });
    const { answer } = await postBody(stack.url, 'application/json', JSON_ARRAY([ahead(23.9), ahead(24.1)]));
    expect(answer.accepted).toBe(1);
    expect(answer.rejected[0]?.errors).toEqual([
      {
        field: 'Time',
        message: expect.stringMatching(/in the future; allowed: at most 24 hours ahead/) as string,
      },
    ]);
  });
});
