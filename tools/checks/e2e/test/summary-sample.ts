import type { SampleRun } from './summary-bucket';

/** Three days of three drivers, with numbers that can be added up by hand. */
export const SAMPLE_RUN: SampleRun = {
  days: {
    '2016-12-20': [{ driverId: 'alpha', hour: 8, records: 1_000 }],
    '2017-01-01': [
      {
        driverId: 'alpha',
        hour: 7,
        records: 100,
        rapidSpeedups: 2,
        overspeeds: 1,
        overspeedSeconds: 22.5,
        fatigueRecords: 4,
        drivingSeconds: 900,
        distanceMetres: 10_000,
      },
      {
        driverId: 'alpha',
        hour: 8,
        records: 200,
        rapidSpeedups: 5,
        overspeeds: 2,
        overspeedSeconds: 67.5,
        topSpeedKmh: 131,
        drivingSeconds: 3_600,
        distanceMetres: 60_000,
      },
      {
        driverId: 'bravo',
        hour: 8,
        records: 50,
        neutralSlides: 3,
        neutralSlideSeconds: 0.125,
        distanceMetres: 25_000,
      },
    ],
    '2017-01-02': [
      { driverId: 'alpha', hour: 23, records: 10 },
      { driverId: 'charlie', hour: 0, records: 3, neutralSlides: 1, neutralSlideSeconds: 0.25 },
      { driverId: 'charlie', hour: 1, records: 4 },
    ],
  },
  plates: { alpha: '华A1', bravo: '=2+2' },
  rowsRejected: 12,
  computedAt: new Date('2017-01-03T02:00:00Z'),
};
