import { createFleetTimeFormat } from './fleet-time-format';

const NEW_YEAR_IN_SHANGHAI = Date.UTC(2016, 11, 31, 16, 0, 5);

describe('createFleetTimeFormat', () => {
  it('writes times as the wall clock of the fleet shows them', () => {
    const format = createFleetTimeFormat('Asia/Shanghai');
    expect(format.dateTime(NEW_YEAR_IN_SHANGHAI)).toBe('2017-01-01 00:00:05');
    expect(format.date(NEW_YEAR_IN_SHANGHAI)).toBe('2017-01-01');
    expect(format.time(NEW_YEAR_IN_SHANGHAI)).toBe('00:00:05');
    expect(format.minute(NEW_YEAR_IN_SHANGHAI)).toBe('00:00');
    expect(format.day(NEW_YEAR_IN_SHANGHAI)).toBe('1 Jan 2017');
  });

  it('refuses a zone that does not exist', () => {
    expect(() => createFleetTimeFormat('Asia/Nowhere')).toThrow(RangeError);
  });
});
