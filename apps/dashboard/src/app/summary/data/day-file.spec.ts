import { aDaySummary } from '@drivewatch/contracts/samples';
import { checkDaySummary } from './day-file';

const day = aDaySummary('2017-01-01', [
  { driverId: 'a', hour: 8, records: 10 },
  { driverId: 'a', hour: 9, records: 20, overspeedSeconds: 1.5 },
  { driverId: 'b', hour: 8, records: 5 },
]);

describe('checkDaySummary', () => {
  it('takes what the job publishes', () => {
    expect(checkDaySummary(day, '2017-01-01')).toEqual(day);
  });

  it('accepts an older file that does not say how many records have no speed', () => {
    const { recordsWithoutSpeed, ...before } = day;
    expect(recordsWithoutSpeed).toEqual([0, 0, 0]);
    expect(checkDaySummary(before, '2017-01-01')).toEqual(day);
  });

  it.each([
    ['no object', null],
    ['a list', []],
    ['another day', { ...day, day: '2017-01-02' }],
    ['a driver that is a number', { ...day, drivers: ['a', 2] }],
    ['too few counts of rows', { ...day, hours: [3] }],
    ['counts that do not add up', { ...day, hours: [2, 2] }],
    ['a negative count', { ...day, hours: [4, -1] }],
    ['an hour 24', { ...day, hour: [8, 24, 8] }],
    ['half an hour', { ...day, hour: [8, 9.5, 8] }],
    ['a column that is missing', { ...day, distanceMetres: undefined }],
    ['a column that is short', { ...day, records: [10, 20] }],
    ['text among numbers', { ...day, oilLeaks: [0, '1', 0] }],
    ['a count of records without a speed that is short', { ...day, recordsWithoutSpeed: [0] }],
    ['null among numbers', { ...day, oilLeaks: [0, null, 0] }],
    ['a negative number', { ...day, drivingSeconds: [0, -1, 0] }],
  ])('refuses %s', (_, file) => {
    expect(() => checkDaySummary(file, '2017-01-01')).toThrow(/^The file of 2017-01-01 is damaged: /);
  });
});
