import { Writable } from 'node:stream';
import { formatDuration, showProgress } from './progress';
import { RateMeter } from './rate-meter';

describe(RateMeter.name, () => {
  it('measures the last seconds, not the whole replay', () => {
    let nowMs = 0;
    const meter = new RateMeter(10_000, () => nowMs, undefined);
    const measureAt = (atMs: number, done: number) => {
      nowMs = atMs;
      return meter.measure(done);
    };
    expect(measureAt(0, 0)).toEqual({ perSecond: 0, leftSeconds: undefined });
    expect(measureAt(1000, 100)).toEqual({ perSecond: 100, leftSeconds: 99 });
    measureAt(10_000, 1000);
    expect(measureAt(15_000, 6000)).toEqual({ perSecond: 1000, leftSeconds: 4 });
  });

  it('takes the end from the plan at a set speed, whatever the rate', () => {
    let nowMs = 0;
    const meter = new RateMeter(10_000, () => nowMs, 60_000);
    nowMs = 1000;
    expect(meter.measure(5000)).toEqual({ perSecond: 5000, leftSeconds: 59 });
    nowMs = 61_000;
    expect(meter.measure(5000).leftSeconds).toBe(0);
  });
});

describe(showProgress.name, () => {
  it('writes a line every five seconds where there is no terminal', () => {
    let nowMs = 0;
    const { written, stream } = collecting();
    const meter = new RateMeter(1000, () => nowMs, undefined);
    const progress = showProgress(stream, 1000, meter);
    for (nowMs = 1000; nowMs <= 11_000; nowMs += 1000) progress.update(nowMs / 100);
    expect(written).toEqual([
      '5 % | 50/1000 | 10 records/s | 1 min 35 s left\n',
      '10 % | 100/1000 | 10 records/s | 1 min 30 s left\n',
    ]);
  });
});

describe('on a terminal', () => {
  it('shows every printed line, even one printed just before the end', () => {
    const { written, stream } = collecting();
    const terminal = Object.assign(stream, { isTTY: true });
    const progress = showProgress(terminal, 10, new RateMeter(10, () => 0, undefined));
    progress.print('day.csv:3: rejected: has 3 fields');
    progress.update(10);
    progress.stop();
    expect(written.join('')).toContain('day.csv:3: rejected: has 3 fields\n');
    expect(written.join('')).toContain('100 % | 10/10 | ');
  });
});

function collecting() {
  const written: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      written.push(chunk.toString('utf8'));
      done();
    },
  });
  return { written, stream };
}

describe(formatDuration.name, () => {
  it.each([
    [59.4, '59 s'],
    [303, '5 min 03 s'],
    [3600 * 43 + 59 * 60 + 59, '43 h 59 min'],
  ])('writes %d s as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
