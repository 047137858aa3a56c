import { v7 as uuidv7 } from 'uuid';
import type { DrivingRecord } from '../src/driving-record';

const RECORDED_AT_MS = Date.UTC(2017, 0, 1, 0, 0, 5);

/** Returns a record in which nothing happened, with a new id, that arrived one second after it was taken. */
export const aRecord = (fields: Partial<DrivingRecord> = {}): DrivingRecord => ({
  id: uuidv7(),
  driverId: 'likun1000003',
  plateNumber: '华AVM936',
  latitudeDeg: 32.056444,
  longitudeDeg: 118.777589,
  speedKmh: 72,
  headingDeg: 211,
  siteName: '',
  recordedAtMs: RECORDED_AT_MS,
  receivedAtMs: (fields.recordedAtMs ?? RECORDED_AT_MS) + 1_000,
  rapidSpeedup: false,
  rapidSlowdown: false,
  neutralSlide: false,
  neutralSlideFinished: false,
  neutralSlideSeconds: 0,
  overspeed: false,
  overspeedFinished: false,
  overspeedSeconds: 0,
  fatigueDriving: false,
  throttleStop: false,
  oilLeak: false,
  ...fields,
});
