import { DRIVER_COLUMN, DRIVER_COLUMNS, SCORE_COLUMN, sortDrivers } from './driver-columns';
import { aDriver } from './driver-table.fake';

const columnOf = (heading: string) => {
  const column = DRIVER_COLUMNS.find((candidate) => candidate.heading === heading);
  if (column === undefined) throw new Error(`There is no column ${heading}`);
  return column;
};
const idsOf = (drivers: readonly { driverId: string }[]) => drivers.map(({ driverId }) => driverId);

describe('DRIVER_COLUMNS', () => {
  it('have headings that tell them apart', () => {
    const headings = DRIVER_COLUMNS.map(({ heading }) => heading);
    expect(new Set(headings).size).toBe(headings.length);
  });

  it('have rates of events and times, by distance and by driving time', () => {
    const driver = aDriver('a', {
      distanceKm: 50,
      drivingSeconds: 1_800,
      overspeeds: 3,
      overspeedSeconds: 30,
    });
    expect(columnOf('Overspeeds (per 100 km)').valueOf(driver)).toBe(6);
    expect(columnOf('Overspeed time (s per 100 km)').valueOf(driver)).toBe(60);
    expect(columnOf('Overspeeds (per h)').valueOf(driver)).toBe(6);
    expect(columnOf('Overspeed time (s per h)').valueOf(driver)).toBe(60);
  });
});

describe('sortDrivers', () => {
  const drivers = [
    aDriver('d2', { records: 5 }),
    aDriver('d10', { records: 30 }),
    aDriver('d1', { records: 5 }),
  ];

  it('sorts numbers as numbers, either way, and leaves equal ones as they were', () => {
    const column = columnOf('Records');
    expect(idsOf(sortDrivers(drivers, { column, descending: false }))).toEqual(['d2', 'd1', 'd10']);
    expect(idsOf(sortDrivers(drivers, { column, descending: true }))).toEqual(['d10', 'd2', 'd1']);
  });

  it('sorts IDs by the numbers in them', () => {
    expect(idsOf(sortDrivers(drivers, { column: DRIVER_COLUMN, descending: false }))).toEqual([
      'd1',
      'd2',
      'd10',
    ]);
  });

  it('puts drivers without a value last either way', () => {
    const scored = [
      aDriver('none'),
      aDriver('low', { score: { score: 40, parts: [] } }),
      aDriver('high', { score: { score: 90, parts: [] } }),
    ];
    expect(idsOf(sortDrivers(scored, { column: SCORE_COLUMN, descending: false }))).toEqual([
      'low',
      'high',
      'none',
    ]);
    expect(idsOf(sortDrivers(scored, { column: SCORE_COLUMN, descending: true }))).toEqual([
      'high',
      'low',
      'none',
    ]);
  });
});
