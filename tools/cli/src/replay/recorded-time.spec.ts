import { parseRecordedTime } from './recorded-time';

describe(parseRecordedTime.name, () => {
  it('reads a wall time as if it were UTC', () => {
    expect(parseRecordedTime('2017-01-01 08:00:05')).toBe(1_483_257_605_000);
    expect(parseRecordedTime('2016-02-29 23:59:59')).toBe(1_456_790_399_000);
  });

  it.each([
    '',
    '2017-02-29 08:00:00',
    '2017-13-01 08:00:00',
    '2017-01-01 24:00:00',
    '2017-01-01 08:60:00',
    '2017-01-01 08:00:60',
    '2017-01-01T08:00:00Z',
    '2017-01-01 08:00',
    'Time',
  ])('refuses %p', (text) => {
    expect(parseRecordedTime(text)).toBeUndefined();
  });
});
