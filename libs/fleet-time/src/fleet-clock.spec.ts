import { createFleetClock } from './fleet-clock';

describe(createFleetClock.name, () => {
  it('reads wall times of the zone, to the second', () => {
    const { toEpochMs } = createFleetClock('Asia/Shanghai');
    expect(toEpochMs('2017-01-01 08:00:05')).toBe(Date.UTC(2017, 0, 1, 0, 0, 5));
    expect(toEpochMs('2017-01-01 08:00:59')).toBe(Date.UTC(2017, 0, 1, 0, 0, 59));
  });

  it.each([
    ['2017-02-30 08:00:00'],
    ['2017-13-01 08:00:00'],
    ['2017-01-01 24:30:00'],
    ['2017-01-01 08:60:00'],
    ['2017-01-01 08:00:60'],
  ])('knows no %s', (wallTime) => {
    expect(createFleetClock('UTC').toEpochMs(wallTime)).toBeNull();
  });

  it('writes what it reads, also around a change of the clocks and before 1970', () => {
    const { toEpochMs, toWallTime } = createFleetClock('Europe/Berlin');
    for (const wallTime of [
      '2017-03-26 01:59:59',
      '2017-03-26 03:00:00',
      '2017-10-29 03:00:01',
      '1969-12-31 23:59:58',
    ]) {
      expect(toWallTime(toEpochMs(wallTime) ?? NaN)).toBe(wallTime);
    }
  });

  it('reads an hour that occurs twice as the earlier one, and one that never occurs as after the change', () => {
    const { toEpochMs } = createFleetClock('Europe/Berlin');
    expect(toEpochMs('2017-10-29 02:30:00')).toBe(Date.UTC(2017, 9, 29, 0, 30));
    expect(toEpochMs('2017-03-26 02:30:00')).toBe(Date.UTC(2017, 2, 26, 1, 30));
  });

  it('refuses a zone that does not exist', () => {
    expect(() => createFleetClock('Mars/Olympus')).toThrow(
      /Unknown time zone "Mars\/Olympus"; use an IANA name/,
    );
  });
});
