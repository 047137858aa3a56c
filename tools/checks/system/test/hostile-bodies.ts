import { gzipSync } from 'node:zlib';
import { DETAIL_RECORD_COLUMNS } from '@drivewatch/contracts';
import { aWireRecord } from '@drivewatch/contracts/samples';
import fc from 'fast-check';

/** A request to `/addData` that a broken or hostile device could send. */
export interface HostileRequest {
  headers: Record<string, string>;
  body: Buffer;
}

const deep = (depth: number, open: string, close: string): string =>
  open.repeat(depth) + '1' + close.repeat(depth);

/** JSON text of a value, or text that only looks like it. */
const valueText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    'NaN',
    '-Infinity',
    '1e999',
    '-1e999',
    '-0',
    '0x10',
    '01',
    '1.',
    '.5',
    '+1',
    '""',
    '" "',
    'null',
    'true',
    '[]',
    '{}',
    '"NaN"',
    '"1e400"',
    '"\\u0000"',
    '"\\ud800"',
    '"\u0007"',
    '"a\\nb"',
    '"=1+1"',
    '"2017-02-30 08:00:00"',
    '"9999-12-31 23:59:59"',
    '"2017-01-01T24:00:00Z"',
    '"__proto__"',
    '9'.repeat(400),
    `"${'9'.repeat(400)}"`,
    `"${'华'.repeat(300)}"`,
    '"\u202e"',
    '{"__proto__":{"x":1}}',
    '{"constructor":{"prototype":{"x":1}}}',
    '{"toString":1}',
    '"00000000-0000-0000-0000-000000000000"',
  ),
  fc.nat(2_000).map((depth) => deep(depth, '[', ']')),
  fc.nat(2_000).map((depth) => deep(depth, '{"a":', '}')),
  fc.double().map(String),
  fc.string({ unit: 'binary', maxLength: 80 }).map((text) => JSON.stringify(text)),
  fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value)),
);
const keyText = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...DETAIL_RECORD_COLUMNS, 'Longitude', 'recordId') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'then', ''),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
);

/** A valid record with up to three fields that may be anything, as JSON text. */
const recordText = fc
  .tuple(
    fc.integer({ min: 1, max: 40 }),
    fc.oneof(fc.constant([]), fc.array(fc.tuple(keyText, valueText), { maxLength: 3 })),
  )
  .map(([driver, fields]) => {
    const good = Object.entries(aWireRecord({ driverID: `fuzz${driver}` })).filter(
      ([key]) => !fields.some(([other]) => other === key),
    );
    const pairs = [...good.map(([key, value]) => [key, JSON.stringify(value)] as const), ...fields];
    return `{${pairs.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`;
  });
const elementText = fc.oneof({ weight: 5, arbitrary: recordText }, { weight: 1, arbitrary: valueText });

const csvField = fc.oneof(
  fc.constantFrom(
    '',
    '1',
    '0',
    '72',
    '-1',
    'NaN',
    '1e999',
    '"',
    '""',
    '"a,b"',
    '\u0000',
    '\r',
    '=1+1',
    '2017-01-01 08:00:05',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const csvRow = fc.oneof(
  fc.array(csvField, { maxLength: 21 }).map((fields) => fields.join(',')),
  fc
    .tuple(fc.nat(7), csvField)
    .map(([index, field]) =>
      ['fuzz1', '华A1', '1', '2', '72', '211', '', '2017-01-01 08:00:05'].with(index, field).join(','),
    ),
);
const lineEnd = fc.constantFrom('\n', '\r\n', '\n\n', '\r');

const bodyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: recordText },
  { weight: 2, arbitrary: fc.array(elementText, { maxLength: 8 }).map((texts) => `[${texts.join(',')}]`) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.array(elementText, { maxLength: 8 }), lineEnd).map(([t, end]) => t.join(end)),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.array(csvRow, { maxLength: 8 }), lineEnd).map(([t, end]) => t.join(end)),
  },
  { weight: 1, arbitrary: valueText },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
);
const bodyBytes: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 8, arbitrary: bodyText.map((text) => Buffer.from(text)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(bodyText, fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([text, part]) => Buffer.from(text).subarray(0, Math.floor(text.length * part))),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
);

/** Requests over all content types, plain and gzip, most of them wrong in some way. */
export const hostileRequest: fc.Arbitrary<HostileRequest> = fc
  .record({
    bytes: bodyBytes,
    contentType: fc.constantFrom(
      'application/json',
      'application/x-ndjson',
      'text/csv',
      'application/json; charset=utf-8',
      'text/xml',
    ),
    encoding: fc.constantFrom('none', 'none', 'none', 'none', 'gzip', 'gzip', 'cut gzip', 'false gzip'),
    key: fc.option(fc.stringMatching(/^[\x21-\x7e]{0,12}$/), { freq: 4 }),
  })
  .map(({ bytes, contentType, encoding, key }) => {
    const gzip = encoding === 'gzip' ? gzipSync(bytes, { level: 1 }) : bytes;
    return {
      headers: {
        'content-type': contentType,
        ...(encoding !== 'none' && { 'content-encoding': 'gzip' }),
        ...(key !== null && { 'idempotency-key': key }),
      },
      body: encoding === 'cut gzip' ? gzipSync(bytes).subarray(0, -6) : gzip,
    };
  });
