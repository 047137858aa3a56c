import { aDaySummary } from '@drivewatch/contracts/samples';
import { createDirectory, FleetTotals, sumDay } from './day-totals';

const directory = createDirectory([
  ['a', '华A1'],
  ['b', ''],
]);

describe('sumDay', () => {
  const day = aDaySummary('2017-01-01', [
    { driverId: 'a', hour: 7, records: 10, topSpeedKmh: 90, overspeedSeconds: 0.1 },
    { driverId: 'a', hour: 8, records: 20, topSpeedKmh: 70, overspeedSeconds: 0.2 },
    { driverId: 'a', hour: 9, records: 30, topSpeedKmh: 80, overspeedSeconds: 0.3 },
    { driverId: 'b', hour: 8, records: 5, topSpeedKmh: 120, overspeedSeconds: 1.255 },
  ]);
  const totalsOf = (fromHour: number, toHour: number) => {
    const totals = new FleetTotals(2);
    totals.add(sumDay(day, directory, fromHour, toHour));
    return totals;
  };

  it('adds up the hours from the first to before the last', () => {
    const totals = totalsOf(8, 10);
    expect([totals.of(0, 'records'), totals.of(1, 'records')]).toEqual([50, 5]);
    expect(totalsOf(7, 8).of(0, 'records')).toBe(10);
    expect(totalsOf(7, 8).of(1, 'records')).toBe(0);
  });

  it('adds decimals without an error of floating point', () => {
    expect(totalsOf(0, 24).of(0, 'overspeedSeconds')).toBe(0.6);
    expect(totalsOf(0, 24).of(1, 'overspeedSeconds')).toBe(1.255);
  });

  it('takes the highest top speed of the hours', () => {
    expect(totalsOf(0, 24).of(0, 'topSpeedKmh')).toBe(90);
    expect(totalsOf(8, 24).of(0, 'topSpeedKmh')).toBe(80);
  });

  it('refuses a day of a driver who is not in the list', () => {
    expect(() => sumDay(aDaySummary('2017-01-01', [{ driverId: 'c', hour: 1 }]), directory, 0, 24)).toThrow(
      /2017-01-01 has a driver that the list of drivers lacks/,
    );
  });
});

describe('FleetTotals', () => {
  it('is the same in whatever order days come in', () => {
    const days = [
      aDaySummary('2017-01-01', [{ driverId: 'b', hour: 1, neutralSlideSeconds: 0.1, topSpeedKmh: 60 }]),
      aDaySummary('2017-01-02', [{ driverId: 'a', hour: 1, neutralSlideSeconds: 0.7, topSpeedKmh: 61.5 }]),
      aDaySummary('2017-01-03', [{ driverId: 'b', hour: 1, neutralSlideSeconds: 0.2, topSpeedKmh: 50 }]),
    ].map((day) => sumDay(day, directory, 0, 24));
    for (const order of [days, [...days].reverse()]) {
      const totals = new FleetTotals(2);
      for (const day of order) totals.add(day);
      expect([totals.of(0, 'neutralSlideSeconds'), totals.of(1, 'neutralSlideSeconds')]).toEqual([0.7, 0.3]);
      expect([totals.of(0, 'topSpeedKmh'), totals.of(1, 'topSpeedKmh')]).toEqual([61.5, 60]);
    }
  });
});
