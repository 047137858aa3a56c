import type { OverspeedAlert, OverspeedChange } from '@drivewatch/contracts';
import { isNews, noHistory, withChange, withoutFuture } from './overspeed-history';

const NOW_MS = Date.UTC(2026, 4, 4, 12);
const MINUTE_MS = 60_000;
const MAX_AGE_MS = 15 * MINUTE_MS;
const minutesAgo = (minutes: number) => NOW_MS - minutes * MINUTE_MS;
const change = (kind: OverspeedChange['kind'], atMs: number, driverId = 'd1'): OverspeedChange => ({
  kind,
  driverId,
  atMs,
  plateNumber: 'p',
});
const openSince = (startedAtMs: number): OverspeedAlert => ({
  driverId: 'd1',
  plateNumber: 'p',
  startedAtMs,
  endedAtMs: null,
  unconfirmedSinceMs: null,
});

describe(isNews.name, () => {
  const told = (
    kind: OverspeedChange['kind'],
    agoMinutes: number,
    known: { start?: number; end?: number; open?: number; maxAgeMs?: number } = {},
  ): boolean =>
    isNews(
      change(kind, minutesAgo(agoMinutes)),
      {
        lastStartMs: known.start === undefined ? null : minutesAgo(known.start),
        lastEndMs: known.end === undefined ? null : minutesAgo(known.end),
      },
      known.open === undefined ? undefined : openSince(minutesAgo(known.open)),
      { nowMs: NOW_MS, maxAgeMs: known.maxAgeMs ?? MAX_AGE_MS },
    );

  it('announces a start up to the age limit, and none beyond it', () => {
    expect(told('started', 0)).toBe(true);
    expect(told('started', 15)).toBe(true);
    expect(told('started', 15.001)).toBe(false);
    expect(told('started', 15.001, { maxAgeMs: Infinity })).toBe(true);
  });

  it('announces no start that is over by now, but one in the second of the last end', () => {
    expect(told('started', 5, { start: 5, end: 4 })).toBe(false);
    expect(told('started', 4, { start: 5, end: 4 })).toBe(true);
    expect(told('started', 3, { start: 5, end: 4 })).toBe(true);
  });

  it('announces no start that is no newer than the open alert', () => {
    expect(told('started', 6, { start: 5, open: 5 })).toBe(false);
    expect(told('started', 5, { start: 5, open: 5 })).toBe(false);
    expect(told('started', 4, { start: 5, open: 5 })).toBe(true);
  });

  it('announces the end of an open alert however late it comes', () => {
    expect(told('ended', 100, { start: 120, open: 120 })).toBe(true);
  });

  it('announces no end of a spell before the last start, even if that start was never announced', () => {
    expect(told('ended', 6, { start: 5, open: 5 })).toBe(false);
    expect(told('ended', 6, { open: 5 })).toBe(false);
    expect(told('ended', 40, { start: 30, open: 120 })).toBe(false);
    expect(told('ended', 5, { start: 5, open: 5 })).toBe(true);
  });

  it('announces an end without an open alert while it is recent and the last one', () => {
    expect(told('ended', 1)).toBe(true);
    expect(told('ended', 16)).toBe(false);
    expect(told('ended', 3, { end: 2 })).toBe(false);
    expect(told('ended', 1, { end: 2 })).toBe(true);
  });
});

describe(withChange.name, () => {
  it('knows the newest start and end whatever the order of arrival', () => {
    let history = noHistory('d1');
    history = withChange(history, change('started', 20), 'a');
    history = withChange(history, change('ended', 25), 'b');
    history = withChange(history, change('started', 10), 'c');
    history = withChange(history, change('ended', 15), 'd');
    expect(history).toMatchObject({ lastStartMs: 20, lastEndMs: 25, recordIds: ['a', 'b', 'c', 'd'] });
  });

  it('keeps a bounded number of ids, each once', () => {
    let history = noHistory('d1');
    for (let n = 0; n < 100; n += 1) {
      history = withChange(history, change('started', n), `id${n}`);
      history = withChange(history, change('ended', n), `id${n}`);
    }
    expect(history.recordIds).toEqual(['id96', 'id97', 'id98', 'id99']);
  });
});

describe(withoutFuture.name, () => {
  it('forgets times in the future by more than clocks may differ', () => {
    const history = {
      ...noHistory('d1'),
      lastStartMs: NOW_MS + 8 * 60 * MINUTE_MS,
      lastEndMs: NOW_MS + MINUTE_MS,
    };
    expect(withoutFuture(history, NOW_MS)).toMatchObject({
      lastStartMs: null,
      lastEndMs: NOW_MS + MINUTE_MS,
    });
  });
});
