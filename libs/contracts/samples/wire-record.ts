import type { WireRecord } from '../src/detail-record';

/**
 * Returns a record as the original system's client sends it: every value is a string, and empty columns are left out.
 */
export const aWireRecord = (fields: WireRecord = {}): WireRecord => ({
  driverID: 'likun1000003',
  carPlateNumber: '华AVM936',
  Latitude: '32.056444',
  Longtitude: '118.777589',
  Speed: '72',
  Direction: '211',
  Time: '2017-01-01 08:00:05',
  ...fields,
});
