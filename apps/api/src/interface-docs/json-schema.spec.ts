import {
  addDataAnswerSchema,
  auditPageSchema,
  createReportedRecordSchema,
  PROBLEM_CODES,
  problemSchema,
  recordWarningSchema,
  WARNING_CODES,
  WIRE_FIELD_NAMES,
  WIRE_FLAG_NAMES,
} from '@drivewatch/contracts';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { answerJsonSchemas, type JsonSchema, wireRecordJsonSchema } from './json-schema';

const RECORD = { driverID: 'd1', Speed: 72, Time: '2017-01-01 08:00:05' };

describe('the JSON Schema of a record', () => {
  const validate = new Ajv2020({ validateFormats: false }).compile(wireRecordJsonSchema());
  const checked = createReportedRecordSchema(
    () => Date.UTC(2017, 0, 1, 8, 0, 5),
    () => Date.UTC(2017, 0, 2),
  );

  it('describes every field that the server reads, and requires what it requires', () => {
    const { properties, required } = wireRecordJsonSchema();
    expect(Object.keys(properties ?? {})).toEqual(WIRE_FIELD_NAMES);
    expect(required).toEqual(['driverID', 'Time']);
    for (const [name, property] of Object.entries(properties ?? {})) {
      expect([name, typeof property === 'object' && property.description]).toEqual([
        name,
        expect.stringMatching(/\w/),
      ]);
      expect(Object.keys(property).length).toBeGreaterThan(1);
    }
  });

  it('says of each field what it means, apart from every other', () => {
    const properties = Object.values(wireRecordJsonSchema().properties ?? {}) as { description: string }[];
    expect(new Set(properties.map(({ description }) => description)).size).toBe(WIRE_FIELD_NAMES.length);
  });

  it('says that 0 is not set in flags, and a value in numbers', () => {
    const { properties = {} } = wireRecordJsonSchema();
    const describes = (text: RegExp) =>
      Object.entries(properties)
        .filter(([, property]) => text.test((property as { description: string }).description))
        .map(([name]) => name);
    expect(describes(/0, false, empty, null and absent all mean that it is not set/)).toEqual(
      WIRE_FLAG_NAMES,
    );
    expect(describes(/empty, null and absent mean none; 0 is a value/)).toEqual([
      'Latitude',
      'Longtitude',
      'Longitude',
      'Direction',
      'neutralSlideTime',
      'overspeedTime',
    ]);
  });

  it.each([
    {},
    { Speed: 0, isOverspeed: 1, isOverspeedFinished: 1, overspeedTime: 1.5, isOilLeak: 0 },
    { driverID: 'ли 7', carPlateNumber: '华AVM936' },
    { Time: '2017-01-01T08:00:05.123Z' },
    { Time: '2017-01-01T08:00+08' },
    { Time: '2017-01-01 08:00:05+08:00' },
    { Time: '2017-01-01t08:00:05,25z' },
    { Time: '2017-01-01T08:00:05-0330' },
    { Time: '2016-12-31 23:59:60' },
    { driverID: 'สมศรี', carPlateNumber: 'กข 123', siteName: 'राम कुमार' },
    { driverID: '𠮷'.repeat(64), carPlateNumber: '😀'.repeat(32), siteName: 'ü'.repeat(256) },
    { Speed: -1, isOverspeed: 1 },
    { Speed: undefined, isFatigueDriving: 1 },
    { Latitude: 0, Longtitude: 0 },
    { recordId: '3f2b8c1e-5d67-4a90-b1c2-d3e4f5a6b7c8' },
  ])('takes %j as the server does', (fields) => {
    expect(verdicts(fields)).toEqual({ schema: true, server: true });
  });

  it.each([
    { driverID: '' },
    { driverID: `d${'x'.repeat(64)}` },
    { driverID: undefined },
    { driverID: true },
    { Speed: 501 },
    { Speed: 'fast' },
    { Speed: 501, isOverspeed: 1 },
    { carPlateNumber: '😀'.repeat(33) },
    { carPlateNumber: 'x'.repeat(33) },
    { Time: undefined },
    { Time: '2017-01-01T08Z' },
    { Time: '2017-01-01T08:00:05+8' },
    { Latitude: 91, Longitude: 0 },
    { isOverspeed: 2 },
    { isOverSpeed: 1 },
    { overspeedTime: -1 },
    { recordId: 7 },
  ])('refuses %j as the server does', (fields) => {
    expect(verdicts(fields)).toEqual({ schema: false, server: false });
  });

  it.each([
    { Speed: undefined },
    { Speed: -1 },
    { driverID: '\u0301d' },
    { driverID: 'd\u202e1' },
    { driverID: 'a\u0000' },
    { siteName: 'a\nb' },
    { carPlateNumber: 'P\u20671' },
    { Time: '2017-01-01T08:00:05' },
    { Time: '2017-01-01 08:00:61Z' },
    { Latitude: 1 },
  ])('leaves %j for the server to refuse', (fields) => {
    expect(verdicts(fields)).toEqual({ schema: true, server: false });
  });

  it.each([
    { Speed: '72', Latitude: '32.05', Longtitude: '-118.7', Direction: '' },
    { siteName: null, recordId: '' },
    { isOverspeed: '1', isOilLeak: true },
    { driverID: 863719010203045 },
    { carPlateNumber: 'Ü'.repeat(32).normalize('NFD') },
  ])('does not show %j, which the server takes as the original system sent it', (fields) => {
    expect(verdicts(fields)).toEqual({ schema: false, server: true });
  });

  it('gives every field one plain type', () => {
    for (const [name, property] of Object.entries(wireRecordJsonSchema().properties ?? {})) {
      const { type, anyOf, oneOf, pattern = '' } = property as JsonSchema;
      expect([name, typeof type, anyOf, oneOf]).toEqual([name, 'string', undefined, undefined]);
      // Go's and Java's expressions, and others, know neither of these.
      expect([name, pattern]).toEqual([name, expect.not.stringMatching(/\\p|\(\?/)]);
    }
  });

  it('asks for numbers of double precision, with which a position keeps its decimals', () => {
    const numbers = Object.entries(wireRecordJsonSchema().properties ?? {}).filter(
      ([, property]) => (property as JsonSchema).type === 'number',
    );
    expect(numbers.map(([name]) => name)).toEqual(expect.arrayContaining(['Latitude', 'Longtitude']));
    for (const [name, property] of numbers)
      expect([name, (property as JsonSchema).format]).toEqual([name, 'double']);
  });

  const verdicts = (fields: object) => {
    const record = { ...RECORD, ...fields };
    return { schema: validate(record), server: checked.safeParse(record).success };
  };
});

describe('the JSON Schema of an answer', () => {
  const { Problem } = answerJsonSchemas({ Problem: problemSchema });
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(Problem ?? false);
  const problem = {
    type: 'about:blank',
    title: 'Later',
    status: 422,
    code: 'A_CODE_OF_A_LATER_VERSION',
    detail: 'It says what.',
  };

  it('lets a client of an older version read what a newer server adds', () => {
    expect(validate({ ...problem, addedLater: 1 })).toBe(true);
    expect(validate({ ...problem, code: undefined })).toBe(false);
  });

  it('says in so many words that there may be more members, which generators ask for', () => {
    const answers = answerJsonSchemas({ AddDataAnswer: addDataAnswerSchema, AuditPage: auditPageSchema });
    expect(Object.values(answers).map((answer) => answer.additionalProperties)).toEqual([true, true]);
  });

  it('gives ids their format alone', () => {
    const { ids } = answerJsonSchemas({ AddDataAnswer: addDataAnswerSchema }).AddDataAnswer?.properties ?? {};
    expect(ids).toMatchObject({ items: { type: 'string', format: 'uuid' } });
    expect(JSON.stringify(ids)).not.toContain('pattern');
  });

  it('names no alternatives of a value whose type is free', () => {
    expect(JSON.stringify(answerJsonSchemas({ AuditPage: auditPageSchema }))).not.toContain(
      '"items":{"type":"string"}',
    );
  });

  it('lists the codes that there are', () => {
    expect(Problem?.properties?.code).toMatchObject({
      type: 'string',
      'x-extensible-enum': PROBLEM_CODES,
    });
    const { Warning } = answerJsonSchemas({ Warning: recordWarningSchema });
    expect(Warning?.properties?.code).toMatchObject({
      type: 'string',
      'x-extensible-enum': WARNING_CODES,
    });
  });
});
