import { aDaySummary } from '@drivewatch/contracts/samples';
import { createDirectory, FleetTotals, sumDay } from './day-totals';
import { per100Km, perDrivingHour, summarise } from './driver-totals';

describe('summarise', () => {
  const directory = createDirectory([
    ['d10', '华A10'],
    ['d2', ''],
    ['d3', '华A3'],
  ]);
  const totals = new FleetTotals(3);
  totals.add(
    sumDay(
      aDaySummary('2017-01-01', [
        {
          driverId: 'd10',
          hour: 8,
          records: 5,
          recordsWithoutSpeed: 1,
          speedSumKmh: 200,
          distanceMetres: 60_500,
          rapidSpeedups: 3,
        },
        { driverId: 'd3', hour: 8, records: 1, recordsWithoutSpeed: 1, oilLeaks: 1 },
        { driverId: 'd2', hour: 8, records: 1, topSpeedKmh: 70, overspeedSeconds: 0.1, speedSumKmh: 70 },
        { driverId: 'd2', hour: 9, records: 1, topSpeedKmh: 66, overspeedSeconds: 0.2, speedSumKmh: 66 },
      ]),
      directory,
      0,
      24,
    ),
  );
  const { drivers, fleet } = summarise(totals, directory);

  it('lists drivers with records, by the number in their ID', () => {
    expect(drivers.map(({ driverId }) => driverId)).toEqual(['d2', 'd3', 'd10']);
    expect(drivers[2]).toMatchObject({
      plateNumber: '华A10',
      records: 5,
      distanceKm: 60.5,
      meanSpeedKmh: 50,
    });
  });

  it('has no mean speed if no record has a speed', () => {
    expect(drivers[1]).toMatchObject({ records: 1, oilLeaks: 1, meanSpeedKmh: null });
  });

  it('adds up the fleet: counts and times as sums, the top speed as the highest, the mean over all that have a speed', () => {
    expect(fleet).toMatchObject({
      records: 8,
      overspeedSeconds: 0.3,
      topSpeedKmh: 70,
      meanSpeedKmh: 56,
      distanceKm: 60.5,
    });
  });

  it('scores drivers who drove far enough', () => {
    expect(drivers.map(({ score }) => score?.score.toFixed(2))).toEqual([undefined, undefined, '95.04']);
  });

  it('gives rates by distance and by driving time, and none without either', () => {
    const driven = { ...fleet, distanceKm: 250, drivingSeconds: 7_200 };
    expect(per100Km(5, driven)).toBe(2);
    expect(perDrivingHour(5, driven)).toBe(2.5);
    const parked = { ...fleet, distanceKm: 0, drivingSeconds: 0 };
    expect([per100Km(5, parked), perDrivingHour(5, parked)]).toEqual([null, null]);
  });
});
