import { createReportedRecordSchema, WIRE_FIELD_NAMES } from '@drivewatch/contracts';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { wireRecordJsonSchema } from './json-schema';

const RECORD = { driverID: 'd1', Speed: 72, Time: '2017-01-01 08:00:05' };

describe('the JSON Schema of a record', () => {
  const validate = new Ajv2020({ allowUnionTypes: true }).compile(wireRecordJsonSchema());
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

  it.each([
    {},
    { Speed: '72', Latitude: '32.05', Longtitude: '-118.7', Direction: '', siteName: null },
    { Speed: 0, isOverspeed: 1, isOverspeedFinished: '1', overspeedTime: 1.5, isOilLeak: true },
    { driverID: 'ли 7', carPlateNumber: '华AVM936', Speed: '1e2' },
    { Time: '2017-01-01T08:00:05.123Z', isFatigueDriving: '' },
    { Time: '2017-01-01T08:00+08' },
    { Time: '2017-01-01T08:00:05-0330' },
    { Time: '2016-12-31 23:59:60' },
    { driverID: 863719010203045 },
    { driverID: 'สมศรี', carPlateNumber: 'กข 123', siteName: 'राम कुमार' },
    { driverID: '각'.repeat(64).normalize('NFD'), carPlateNumber: 'Ü'.repeat(32).normalize('NFD') },
    { driverID: '𠮷'.repeat(64), carPlateNumber: '😀'.repeat(32), siteName: 'ü'.repeat(256) },
    { Speed: -1, isOverspeed: 1 },
    { Speed: '-1.5', isOilLeak: '1' },
    { Speed: null, isOverspeedFinished: true },
    { Speed: undefined, isFatigueDriving: 1 },
    { Speed: '-0.0' },
    { Latitude: 0, Longtitude: '-0.0' },
  ])('takes %j as the server does', (fields) => {
    const record = { ...RECORD, ...fields };
    expect(checked.safeParse(record).success).toBe(true);
    validate(record);
    expect(validate.errors).toBeNull();
  });

  it.each([
    { driverID: '' },
    { driverID: 'a\u0000' },
    { driverID: `d${'x'.repeat(64)}` },
    { driverID: undefined },
    { Speed: 501 },
    { Speed: 'fast' },
    { Speed: null },
    { Speed: -1 },
    { Speed: '-1' },
    { Speed: undefined, isOverspeed: 0 },
    { Speed: 501, isOverspeed: 1 },
    { driverID: 1.5 },
    { driverID: -1 },
    { driverID: 2 ** 53 },
    { driverID: true },
    { driverID: '\u0301d' },
    { driverID: 'ü'.repeat(65).normalize('NFD') },
    { driverID: 'd\u202e1' },
    { carPlateNumber: 'P\u20671' },
    { carPlateNumber: '😀'.repeat(33) },
    { siteName: '\u202dGate' },
    { Time: '2017-01-01T08:00:05' },
    { Time: '2017-01-01T08Z' },
    { Time: '2017-01-01T08:00:05+8' },
    { Latitude: 91, Longitude: 0 },
    { isOverspeed: 2 },
    { isOverSpeed: 1 },
    { carPlateNumber: 'x'.repeat(33) },
    { siteName: 'a\nb' },
    { overspeedTime: -1 },
  ])('refuses %j as the server does', (fields) => {
    const record = { ...RECORD, ...fields };
    expect(checked.safeParse(record).success).toBe(false);
    expect(validate(record)).toBe(false);
  });
});
