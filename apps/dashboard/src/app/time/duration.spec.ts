import { formatDuration, formatRoughDuration } from './duration';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('formatDuration', () => {
  it.each([
    [0, '0 s'],
    [-5 * SECOND, '0 s'],
    [59_400, '59 s'],
    [83 * SECOND, '1 min 23 s'],
    [2 * MINUTE, '2 min'],
    [2 * HOUR + 5 * MINUTE + 9 * SECOND, '2 h 5 min'],
    [76 * HOUR, '3 d 4 h'],
  ])('writes %i ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('formatRoughDuration', () => {
  it.each([
    [3 * MINUTE + 59 * SECOND, '3 min'],
    [HOUR, '1 h'],
    [49 * HOUR, '2 d'],
  ])('writes %i ms as %s', (ms, text) => {
    expect(formatRoughDuration(ms)).toBe(text);
  });
});
