import * as z from 'zod';
import { detailRowToWireRecord } from './detail-record';
import { drivingRecordSchema } from './driving-record';
import { createReportedRecordSchema, createWireRecordSchema, toFieldErrors } from './wire-record';

/** Stands in for a fleet's zone: every wall time is read as UTC, and the year 1666 does not exist. */
const parseFleetTime = (wallTime: string): number | null =>
  wallTime.startsWith('1666') ? null : Date.parse(`${wallTime.replace(' ', 'T')}Z`);
const schema = createWireRecordSchema(parseFleetTime);

const minimal = { driverID: 'd1', Speed: 72, Time: '2017-01-01 08:00:05' };
const errorsOf = (record: unknown) => {
  const { error } = schema.safeParse(record);
  return error === undefined ? [] : toFieldErrors(error);
};
const fieldsOf = (record: unknown) => errorsOf(record).map(({ field }) => field);

describe(createWireRecordSchema.name, () => {
  it("translates the original client's body, all strings, empty columns left out", () => {
    const record = schema.parse({
      driverID: 'likun1000003',
      carPlateNumber: '华AVM936',
      Latitude: '32.056444',
      Longtitude: '118.777589',
      Speed: '72',
      Direction: '211',
      Time: '2017-01-01 08:00:05',
      isOverspeedFinished: '1',
      overspeedTime: '1',
    });
    expect(record).toEqual({
      driverId: 'likun1000003',
      plateNumber: '华AVM936',
      latitudeDeg: 32.056444,
      longitudeDeg: 118.777589,
      speedKmh: 72,
      headingDeg: 211,
      siteName: '',
      recordedAtMs: Date.UTC(2017, 0, 1, 8, 0, 5),
      rapidSpeedup: false,
      rapidSlowdown: false,
      neutralSlide: false,
      neutralSlideFinished: false,
      neutralSlideSeconds: 0,
      overspeed: false,
      overspeedFinished: true,
      overspeedSeconds: 1,
      fatigueDriving: false,
      throttleStop: false,
      oilLeak: false,
    });
  });

  it('reads every column of a detail record into its field', () => {
    const row = 'd,p,1,2,3,4,site,2017-01-01 00:00:00,1,1,1,1,5,1,1,6,1,1,1,'.split(',');
    expect(schema.parse(detailRowToWireRecord(row))).toMatchObject({
      latitudeDeg: 1,
      longitudeDeg: 2,
      speedKmh: 3,
      headingDeg: 4,
      siteName: 'site',
      rapidSpeedup: true,
      rapidSlowdown: true,
      neutralSlide: true,
      neutralSlideFinished: true,
      neutralSlideSeconds: 5,
      overspeed: true,
      overspeedFinished: true,
      overspeedSeconds: 6,
      fatigueDriving: true,
      throttleStop: true,
      oilLeak: true,
    });
  });

  it('gives records that the queue takes once they have an id', () => {
    const record = {
      id: '01a209c9-a7f0-7268-b88d-95ac33e82f89',
      receivedAtMs: 1_483_228_806_000,
      ...schema.parse(minimal),
    };
    expect(drivingRecordSchema.parse(record)).toEqual(record);
  });

  it.each([[undefined], [''], [null], ['0'], [0], [false]])('takes a flag of %p as false', (value) => {
    expect(schema.parse({ ...minimal, isOverspeed: value }).overspeed).toBe(false);
  });

  it.each([['1'], [1], [true]])('takes a flag of %p as true', (value) => {
    expect(schema.parse({ ...minimal, isOverspeed: value }).overspeed).toBe(true);
  });

  it.each([['2'], [2], ['true'], ['yes'], [{}], [[1]]])('refuses a flag of %p', (value) => {
    const [error, ...others] = errorsOf({ ...minimal, isOverspeed: value });
    expect(others).toEqual([]);
    expect(error?.field).toBe('isOverspeed');
    expect(error?.message).toMatch(/allowed: 1, 0, empty or absent/);
  });

  it.each([
    ['-1'],
    [501],
    ['NaN'],
    [NaN],
    [Infinity],
    ['1e999'],
    ['0x10'],
    ['72 km/h'],
    [' '],
    [true],
    [[72]],
    ['7'.repeat(1000)],
  ])('refuses a speed of %p and says what is allowed, in few words', (value) => {
    const [error, ...others] = errorsOf({ ...minimal, Speed: value });
    expect(others).toEqual([]);
    expect(error?.field).toBe('Speed');
    expect(error?.message).toMatch(/allowed: a number from 0 to 500 \(km\/h\)/);
    expect(error?.message.length).toBeLessThan(200);
  });

  it('takes Longitude for Longtitude, and both when they agree', () => {
    expect(schema.parse({ ...minimal, Latitude: 1, Longitude: '2.5' }).longitudeDeg).toBe(2.5);
    expect(schema.parse({ ...minimal, Latitude: 1, Longitude: '2.5', Longtitude: 2.5 }).longitudeDeg).toBe(
      2.5,
    );
    expect(fieldsOf({ ...minimal, Latitude: 1, Longitude: 2, Longtitude: 3 })).toEqual(['Longitude']);
  });

  it('takes a record without position or heading, but not half a position', () => {
    expect(schema.parse(minimal)).toMatchObject({ latitudeDeg: null, longitudeDeg: null, headingDeg: null });
    expect(fieldsOf({ ...minimal, Latitude: 1 })).toEqual(['Longtitude']);
    expect(fieldsOf({ ...minimal, Longtitude: 1 })).toEqual(['Latitude']);
  });

  it.each([
    ['2017-01-01T08:00:05+08:00', Date.UTC(2017, 0, 1, 0, 0, 5)],
    ['2017-01-01T08:00:05.250Z', Date.UTC(2017, 0, 1, 8, 0, 5, 250)],
    ['2017-01-01 08:00:05', Date.UTC(2017, 0, 1, 8, 0, 5)],
    ['2017-01-01 08:00:05+08:00', Date.UTC(2017, 0, 1, 0, 0, 5)],
    ['2017-01-01t08:00z', Date.UTC(2017, 0, 1, 8)],
    ['2017-01-01 08:00:05,25+08', Date.UTC(2017, 0, 1, 0, 0, 5, 250)],
  ])('reads the time %s', (value, epochMs) => {
    expect(schema.parse({ ...minimal, Time: value }).recordedAtMs).toBe(epochMs);
  });

  it.each([
    ['2017-02-30T08:00:05Z'],
    ['2017-01-01T08:00:05'],
    ['2017-01-01T25:00:00Z'],
    ['2017-01-01'],
    ['1666-01-01 00:00:00'],
    ['1969-12-31T23:59:59Z'],
    ['2100-01-01T00:00:00Z'],
    ['yesterday'],
    [1483228805],
  ])('refuses the time %p', (value) => {
    expect(fieldsOf({ ...minimal, Time: value })).toEqual(['Time']);
  });

  it.each([['d1'], ['张三 7'], ['a.b_c:d@e/f#g+h-i'], ['7'], ['x'.repeat(64)]])(
    'takes the driver %s',
    (driverID) => {
      expect(schema.parse({ ...minimal, driverID }).driverId).toBe(driverID);
    },
  );

  it.each([['__proto__'], ['=cmd()'], [' d'], ['d '], ['d\n'], ['d\u0000'], ['x'.repeat(65)], [true], [{}]])(
    'refuses the driver %p',
    (driverID) => {
      expect(fieldsOf({ ...minimal, driverID })).toEqual(['driverID']);
    },
  );

  it('refuses control characters and long texts', () => {
    expect(fieldsOf({ ...minimal, siteName: 'a\u0000b', carPlateNumber: 'p'.repeat(33) })).toEqual([
      'carPlateNumber',
      'siteName',
    ]);
  });

  it.each([
    [undefined, 'is missing; '],
    ['', 'is empty; '],
    [null, 'is null; '],
  ])('says of each required field in which way it is blank: %p', (blank, beginning) => {
    const errors = errorsOf({ driverID: blank, Speed: blank, Time: blank });
    expect(errors.map(({ field, message }) => [field, message.slice(0, beginning.length)])).toEqual([
      ['driverID', beginning],
      ['Speed', beginning],
      ['Time', beginning],
    ]);
  });

  it('quotes the beginning of a long text, without half a character', () => {
    const shownOf = (Time: string) => /"(.*)…"/u.exec(errorsOf({ ...minimal, Time })[0]?.message ?? '')?.[1];
    expect(shownOf(`${'x'.repeat(39)}𠮷y`)).toBe('x'.repeat(39));
    expect(shownOf(`${'x'.repeat(38)}𠮷y`)).toBe(`${'x'.repeat(38)}𠮷`);
  });

  it('lists every wrong and every missing field at once, and fields that do not exist', () => {
    expect(fieldsOf({})).toEqual(['driverID', 'Speed', 'Time']);
    expect(fieldsOf({ Speed: 'x', Direction: 361, isOverSpeed: 1 })).toEqual([
      'driverID',
      'Speed',
      'Direction',
      'Time',
      'isOverSpeed',
    ]);
  });

  it.each([[null], [[]], ['text'], [7], [[minimal]]])('says that %p is no record', (body) => {
    expect(errorsOf(body)).toEqual([{ field: '', message: 'is not a JSON object; send one record' }]);
  });
});

describe(createReportedRecordSchema.name, () => {
  const nowMs = Date.UTC(2017, 0, 1, 8, 0, 5);
  const reported = createReportedRecordSchema(parseFleetTime, () => nowMs);
  const wrongFieldsOf = (record: unknown) =>
    toFieldErrors(reported.safeParse(record).error ?? new z.ZodError([]));

  it('is that of detail records, with the id that the device gave', () => {
    const sentId = '3F2B8C1E-5D67-4A90-B1C2-D3E4F5A6B7C8';
    const { record, recordId } = reported.parse({ ...minimal, recordId: sentId });
    expect(recordId).toBe(sentId.toLowerCase());
    expect(record).toEqual(schema.parse(minimal));
    expect(reported.parse(minimal).recordId).toBeNull();
    expect(wrongFieldsOf({ ...minimal, isOverSpeed: 1 })[0]?.message).toMatch(
      /allowed: driverID, .*, recordId$/,
    );
    expect(wrongFieldsOf(null)).toEqual([{ field: '', message: 'is not a JSON object; send one record' }]);
  });

  it.each([
    ['00000000-0000-0000-0000-000000000000'],
    ['ffffffff-ffff-ffff-ffff-ffffffffffff'],
    ['3f2b8c1e5d674a90b1c2d3e4f5a6b7c8'],
    [7],
  ])('refuses %s as an id', (recordId) => {
    expect(wrongFieldsOf({ ...minimal, recordId })).toEqual([
      { field: 'recordId', message: expect.stringMatching(/; allowed: a UUID such as /) as string },
    ]);
  });

  it('takes a time of up to a day ahead of the clock, which files may be beyond', () => {
    expect(reported.parse({ ...minimal, Time: '2017-01-02 08:00:05' }).record.recordedAtMs).toBe(
      nowMs + 86_400_000,
    );
    const beyond = { ...minimal, Time: '2017-01-02 08:00:06' };
    expect(wrongFieldsOf(beyond)).toEqual([
      {
        field: 'Time',
        message:
          'is "2017-01-02 08:00:06", more than a day in the future; allowed: at most 24 hours ahead of the server\'s clock, which is at 2017-01-01T08:00:05.000Z',
      },
    ]);
    expect(schema.safeParse(beyond).success).toBe(true);
  });
});

describe(detailRowToWireRecord.name, () => {
  it('takes rows of 8, 19 and 20 fields and leaves empty columns out', () => {
    const short = ['d', 'p', '1', '2', '3', '4', '', '2017-01-01 00:00:00'];
    const expected = {
      driverID: 'd',
      carPlateNumber: 'p',
      Latitude: '1',
      Longtitude: '2',
      Speed: '3',
      Direction: '4',
      Time: '2017-01-01 00:00:00',
    };
    const eleven = Array.from({ length: 11 }, () => '');
    expect(detailRowToWireRecord(short)).toEqual(expected);
    expect(detailRowToWireRecord([...short, ...eleven])).toEqual(expected);
    expect(detailRowToWireRecord([...short, ...eleven, ''])).toEqual(expected);
  });

  it.each([[0], [7], [9], [18], [21]])('says what is wrong with a row of %d fields', (length) => {
    expect(detailRowToWireRecord(Array.from({ length }, () => ''))).toBe(
      `has ${length} fields; allowed: 8, or 19 with or without a trailing comma`,
    );
  });

  it('does not take a twentieth field that holds something', () => {
    const row = Array.from({ length: 20 }, () => '1');
    expect(detailRowToWireRecord(row)).toMatch(/has 20 fields/);
  });
});
