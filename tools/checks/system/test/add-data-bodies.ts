import { randomUUID } from 'node:crypto';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack } from '@drivewatch/testing';
import { postBody } from './post-body';
import { CSV, JSON_ARRAY, NDJSON, type Sent } from './record-bodies';
import { suiteStack } from './suite-stack';

describe('POST /addData of bodies that are wrong in part', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await suiteStack();
  });

  const expectStored = (driverID: string, count: number): Promise<void> =>
    eventually(async () => {
      const rows = await stack.query('SELECT id FROM driving_record WHERE driver_id = $1', [driverID]);
      expect(rows).toHaveLength(count);
    });
  const recordsOf = (driverID: string, count: number): Sent[] =>
    Array.from({ length: count }, () => aWireRecord({ driverID }));
  const postJson = (body: string) => postBody(stack.url, 'application/json', body);

  it.each([3, 8_300])('takes what is around the bad records of an array of %i', async (count) => {
    const driverID = `around-${randomUUID()}`;
    const texts: string[] = recordsOf(driverID, count).map((record) => JSON.stringify(record));
    texts.splice(2, 0, '{"Speed":NaN}', '{"__proto__":{"Speed":1}}');
    const { status, answer } = await postJson(`[${texts.join(',')},]`);
    expect([status, answer.accepted, answer.rejectedCount]).toEqual([202, count, 3]);
    expect(answer.rejected.map(({ index, code, errors }) => [index, code, errors[0]?.message])).toEqual([
      [2, 'MALFORMED_JSON', expect.stringMatching(/^is not JSON: it has "NaN" .* at character 10$/)],
      [3, 'MALFORMED_JSON', expect.stringMatching(/^sets the prototype of an object; allowed: /)],
      [count + 2, 'MALFORMED_JSON', expect.stringMatching(/^is not JSON: it holds nothing/)],
    ]);
    await expectStored(driverID, count);
  });

  it('takes all before the record in which a large array breaks off, and names that', async () => {
    const driverID = `broken-${randomUUID()}`;
    const good = JSON_ARRAY(recordsOf(driverID, 8_123)).slice(0, -1);
    const { status, answer } = await postJson(`${good}, {"Speed":[1},2]`);
    expect([status, answer.code, answer.accepted, answer.nextIndex]).toEqual([
      400,
      'MALFORMED_JSON',
      8_123,
      8_123,
    ]);
    const byte = Buffer.byteLength(good) + 2;
    expect(answer.detail).toMatch(`breaks off in record 8123, which begins at byte ${byte}: `);
    await expectStored(driverID, 8_123);
  });

  it('takes nothing of a small array that breaks off, and names the record', async () => {
    const driverID = `small-${randomUUID()}`;
    const good = JSON_ARRAY(recordsOf(driverID, 2)).slice(0, -1);
    const { status, answer } = await postJson(`${good},{"Speed":1`);
    expect([status, answer.code, answer.accepted, answer.nextIndex]).toEqual([400, 'MALFORMED_JSON', 0, 0]);
    expect(answer.detail).toMatch(
      `breaks off in record 2, which begins at byte ${Buffer.byteLength(good) + 1}: `,
    );
    expect((await postJson(`${good}]`)).status).toBe(202);
    await expectStored(driverID, 2);
  });

  it.each([
    [
      'a number that is none',
      '{"Speed":NaN}',
      /^The body is not JSON: it has "NaN" .* at character 10; send /,
    ],
    ['single quotes', "{'Speed':1}", /has "'" instead of a name; .* at character 2; send /],
    ['no end', '{"Speed":1', /breaks off without its closing }, at character 11; send /],
    ['a prototype', '{"__proto__":{}}', /^The body sets the prototype of an object; allowed: /],
    ['records one a line', NDJSON(recordsOf('d', 2)), /application\/x-ndjson$/],
    ['many records one a line', NDJSON(recordsOf('d', 2_000)), /MAX_RECORD_BYTES.*application\/x-ndjson$/],
  ])('says what is wrong with %s as a record', async (_, body, detail) => {
    const { status, answer } = await postJson(body);
    expect([400, 413]).toContain(status);
    expect(answer.detail).toMatch(detail);
  });

  it('says where a line is no JSON', async () => {
    const good = JSON.stringify(aWireRecord());
    const { answer } = await postBody(stack.url, 'application/x-ndjson', `${good}\n{"Speed":.5}\n${good}`);
    expect([answer.accepted, answer.rejected[0]?.index]).toEqual([2, 1]);
    expect(answer.rejected[0]?.errors[0]?.message).toMatch(/^is not JSON: it has "\.5" .* at character 10$/);
  });

  it.each([
    ['', 'Content-Type of the body is none; allowed: application/json, application/x-ndjson, text/csv'],
    ['json', 'Content-Type of the body is "json"; allowed: application/json, application/x-ndjson, text/csv'],
    ['text/xml', 'Content-Type of the body is "text/xml"; allowed: application/json, '],
    ['text/csv; charset=gbk', 'charset of the body is "gbk"; allowed: utf-8'],
  ])('quotes the Content-Type %j that it does not take', async (type, detail) => {
    const { status, answer } = await postBody(stack.url, type, '{}');
    expect([status, answer.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    expect(answer.detail).toContain(detail);
  });

  it('counts a row with a quoted line break as one, and a stray quote as the end of one row alone', async () => {
    const driverID = `quoted-${randomUUID()}`;
    const row = CSV(recordsOf(driverID, 1));
    const broken = row.replace(driverID, `"${driverID}\nx"`);
    const { answer } = await postBody(stack.url, 'text/csv', `${row}${broken}${row}"${row}${row}a,b\n${row}`);
    expect(answer.accepted).toBe(4);
    expect(answer.rejected.map(({ index, code, errors }) => [index, code, errors[0]?.message])).toEqual([
      [1, 'INVALID_RECORD', 'holds a line break; allowed: none in any field'],
      [3, 'INVALID_RECORD', expect.stringMatching(/^is not valid CSV: Quote Not Closed/)],
      [5, 'INVALID_RECORD', expect.stringMatching(/^has 2 fields/)],
    ]);
    await expectStored(driverID, 4);
  });
});
