import { lastOf, timelineOf } from './timeline';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The moment at which the lines are viewed. */
const NOW = Date.UTC(2026, 10, 29, 4, 0, 0);
const line = (...xs: number[]) => xs.map((x) => ({ x, y: 50 }));

describe('timelineOf', () => {
  it("follows the server's clock, however long nothing has come in the last half hour", () => {
    const ages = [0, 3_000, 2 * MINUTE, 30 * MINUTE];
    for (const age of ages)
      expect(timelineOf([line(NOW - HOUR, NOW - age)], NOW)).toEqual({
        nowMs: NOW,
        bounds: { minMs: NOW - HOUR, maxMs: NOW },
      });
  });

  it.each([
    ['hours', 8 * HOUR],
    ['six minutes', 6 * MINUTE],
    ['five hours, after points of its own of the present,', 5 * HOUR],
  ])('is not moved by a point that is %s ahead', (_, aheadMs) => {
    const lines = [line(NOW - 2 * MINUTE, NOW - MINUTE, NOW + aheadMs), line(NOW - 3 * MINUTE)];
    expect(timelineOf(lines, NOW)).toEqual({
      nowMs: NOW,
      bounds: { minMs: NOW - 3 * MINUTE, maxMs: NOW },
    });
    expect(timelineOf([line(NOW + aheadMs)], NOW)).toEqual({
      nowMs: NOW,
      bounds: { minMs: NOW - MINUTE, maxMs: NOW },
    });
  });

  it('is not moved by a clock that is a little ahead, but shows its line to the end', () => {
    const timeline = timelineOf([line(NOW - MINUTE, NOW + 4 * MINUTE), line(NOW - 2 * MINUTE)], NOW);
    expect(lastOf(timeline, 5 * MINUTE)).toEqual({ minMs: NOW - 5 * MINUTE, maxMs: NOW + 4 * MINUTE });
  });

  it.each([
    ['the beginning of 1970', 0],
    ['the first day of GPS', Date.UTC(1980, 0, 6)],
    ['the day its weeks first began anew', Date.UTC(1999, 7, 22)],
    ['this week, 1024 weeks ago', NOW - 1024 * 7 * 24 * HOUR],
    ['this week, 2048 weeks ago', NOW - 2048 * 7 * 24 * HOUR],
  ])('is not stretched to %s', (_, deadMs) => {
    expect(timelineOf([line(deadMs, NOW - 2 * MINUTE), line(deadMs)], NOW).bounds).toEqual({
      minMs: NOW - 2 * MINUTE,
      maxMs: NOW,
    });
    expect(timelineOf([line(deadMs)], NOW).nowMs).toBe(NOW);
  });

  it('follows the newest point of a replay, which may be of any year', () => {
    const then = Date.UTC(2017, 0, 1, 0, 0, 5);
    expect(timelineOf([line(then - 2 * MINUTE), line(then - 5 * MINUTE, then)], NOW)).toEqual({
      nowMs: then,
      bounds: { minMs: then - 5 * MINUTE, maxMs: then },
    });
  });

  it('follows the clock if there is a present driver among the replayed ones', () => {
    const then = Date.UTC(2017, 0, 1);
    const { nowMs, bounds } = timelineOf([line(then), line(NOW - MINUTE)], NOW);
    expect(nowMs).toBe(NOW);
    expect(bounds).toEqual({ minMs: then, maxMs: NOW });
  });

  it('treats as present as much as it is told', () => {
    expect(timelineOf([line(NOW - 11 * MINUTE)], NOW, 10 * MINUTE).nowMs).toBe(NOW - 11 * MINUTE);
    expect(timelineOf([line(NOW - 9 * MINUTE)], NOW, 10 * MINUTE).nowMs).toBe(NOW);
  });

  it('leaves room around a single moment, and before the first record', () => {
    const moment = { nowMs: NOW, bounds: { minMs: NOW - MINUTE, maxMs: NOW } };
    expect(timelineOf([line(NOW)], NOW)).toEqual(moment);
    expect(timelineOf([line()], NOW)).toEqual(moment);
    expect(timelineOf([], NOW)).toEqual(moment);
  });
});
