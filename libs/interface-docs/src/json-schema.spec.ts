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
    expect(required).toEqual(['driverID', 'Speed', 'Time']);
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
    { Time: '2017-01-01T08:00:05' },
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
