import vectors from '../test-vectors/clocks.json';
import { effectiveAtMs, isAhead, isDeadClock } from './record-clock';

const arrival = Date.parse('2026-11-29T12:00:00Z');

describe(isAhead.name, () => {
  it.each([
    ['5 minutes ahead', '2026-11-29T12:05:00Z', false],
    ['a millisecond more', '2026-11-29T12:05:00.001Z', true],
    ['8 hours ahead', '2026-11-29T20:00:00Z', true],
    ['an hour old', '2026-11-29T11:00:00Z', false],
  ])('%s', (_, time, expected) => {
    expect(isAhead(Date.parse(time), arrival)).toBe(expected);
  });
});

describe(isDeadClock.name, () => {
  it.each([
    ['the beginning of Unix time', '1970-01-01T00:00:00Z'],
    ['up for a week since then', '1970-01-08T03:00:00Z'],
    ['the beginning of GPS', '1980-01-06T00:00:00Z'],
    ['the first week rollover', '1999-08-22T00:00:13Z'],
    ['1,024 weeks ago', '2007-04-15T12:00:00Z'],
    ['1,024 weeks ago, sent 20 days late', '2007-03-26T12:00:00Z'],
    ['2,048 weeks ago', '1987-08-30T12:00:00Z'],
  ])('%s', (_, time) => {
    expect(isDeadClock(Date.parse(time), arrival)).toBe(true);
    expect(effectiveAtMs(Date.parse(time), arrival)).toBe(arrival);
  });

  it.each([
    ['2000', '2000-01-01T00:00:00Z'],
    ['the recorded days of 2017', '2017-01-02T08:00:00Z'],
    ['more than a year before 1,024 weeks ago', '2006-04-13T00:00:00Z'],
    ['two days after 1,024 weeks ago', '2007-04-17T12:00:00Z'],
    ['a minute ago', '2026-11-29T11:59:00Z'],
  ])('not %s', (_, time) => {
    expect(isDeadClock(Date.parse(time), arrival)).toBe(false);
    expect(effectiveAtMs(Date.parse(time), arrival)).toBe(Date.parse(time));
  });
});

// The summaries job tests the same times on its side.
describe('the clock of a record', () => {
  it.each(vectors.map((vector) => [vector.about, vector] as const))('%s', (_, vector) => {
    const times = [Date.parse(vector.recordedAt), Date.parse(vector.receivedAt)] as const;
    expect({ ahead: isAhead(...times), dead: isDeadClock(...times) }).toEqual({
      ahead: vector.ahead,
      dead: vector.dead,
    });
    expect(effectiveAtMs(...times)).toBe(Date.parse(vector.effectiveAt));
  });
});
