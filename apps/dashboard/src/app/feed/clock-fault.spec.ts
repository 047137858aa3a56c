import { createFleetTimeFormat } from '../time/fleet-time-format';
import { clockFault } from './clock-fault';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HEARD = Date.UTC(2026, 10, 29, 4, 0, 0);
const faultOf = (deviceClockMs: number | null, lastStoredMs: number | null = HEARD) =>
  clockFault({ deviceClockMs, lastStoredMs }, createFleetTimeFormat('Asia/Shanghai'));

describe('clockFault', () => {
  it('finds none while the server reports none', () => {
    expect(faultOf(null)).toBeNull();
  });

  it('says that the clock is ahead although the record waited for longer than that to be stored', () => {
    expect(faultOf(HEARD - 2 * MINUTE)).toBe('Clock ahead by 5 min');
  });

  it.each([
    ['6 min', 6 * MINUTE],
    ['54 min', 54 * MINUTE - 2_000],
    ['1 h', HOUR - 2_000],
    ['5 h 30 min', 5.5 * HOUR - 40_000],
    ['8 h', 8 * HOUR - 1_300],
    ['8 h', 8 * HOUR - 2 * MINUTE],
    ['23 h 55 min', 24 * HOUR - 5 * MINUTE],
    ['1 d', 24 * HOUR - 1_000],
  ])('says that the clock is ahead by %s, though the record was stored a little later', (text, aheadMs) => {
    expect(faultOf(HEARD + aheadMs)).toBe(`Clock ahead by ${text}`);
  });

  it.each([
    ['1 Jan 1970', 0],
    ['6 Jan 1980', Date.UTC(1980, 0, 6)],
    ['22 Aug 1999', Date.UTC(1999, 7, 22, 5)],
    ['15 Apr 2007', Date.UTC(2007, 3, 14, 18)],
  ])('says that the clock shows %s, in the zone of the fleet', (text, deviceClockMs) => {
    expect(faultOf(deviceClockMs)).toBe(`Clock says ${text}`);
  });
});
