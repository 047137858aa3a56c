import type { SimulatedRecord } from '../fleet/driver';
import { simulate } from './simulation';

const START_SECOND = 1_750_000_000;

/** Runs a simulation whose clock jumps to whatever is waited for; `onSecond` is called for each second. */
function run({ warmUpSeconds = 45, onSecond }: { warmUpSeconds?: number; onSecond: (s: Setup) => void }) {
  const stop = new AbortController();
  const setup = {
    nowSecond: START_SECOND,
    stop: () => {
      stop.abort(new Error('stopped by test'));
    },
  };
  const log: string[] = [];
  const done = simulate({
    fleet: {
      advance: (second): SimulatedRecord[] => {
        log.push(`+${second - START_SECOND}`);
        return [{ driverId: 'a', atMs: second * 1000, fields: {} }];
      },
      finish: () => {
        log.push('finish');
        return [];
      },
    },
    feed: {
      add: () => undefined,
      idle: () => {
        log.push('idle');
        return Promise.resolve();
      },
      finish: () => {
        log.push('close');
        return Promise.resolve();
      },
    },
    clock: {
      nowMs: () => setup.nowSecond * 1000 + 250,
      waitUntil: (epochMs, signal) => {
        setup.nowSecond = epochMs / 1000;
        onSecond(setup);
        signal.throwIfAborted();
        return Promise.resolve();
      },
    },
    warmUpSeconds,
    onWarm: () => log.push('warm'),
    stop: stop.signal,
  });
  return { done, log };
}
interface Setup {
  nowSecond: number;
  stop: () => void;
}

const seconds = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `+${from + index}`);

describe(simulate.name, () => {
  it('drives through the warm-up in steps, waiting for answers, then second by second, and ends everything in the end', async () => {
    const { done, log } = run({
      onSecond: ({ nowSecond, stop }) => {
        if (nowSecond === START_SECOND + 3) stop();
      },
    });
    await done;
    expect(log).toEqual([
      ...seconds(-44, -25),
      'idle',
      ...seconds(-24, -5),
      'idle',
      ...seconds(-4, 0),
      'idle',
      'warm',
      '+1',
      '+2',
      'finish',
      'close',
    ]);
  });

  it('catches up after a short pause, and after a long one goes on in the present with nothing left open', async () => {
    const { done, log } = run({
      warmUpSeconds: 0,
      onSecond: (setup) => {
        if (setup.nowSecond === START_SECOND + 1) setup.nowSecond += 2;
        else if (setup.nowSecond === START_SECOND + 4) setup.nowSecond += 3600;
        else setup.stop();
      },
    });
    await done;
    expect(log).toEqual(['warm', '+1', '+2', '+3', 'finish', '+3604', 'finish', 'close']);
  });
});
