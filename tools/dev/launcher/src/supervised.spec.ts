import type { ExitStatus } from '@drivewatch/local-services';
import { Supervised, type RunningProcess } from './supervised';

interface FakeProcess extends RunningProcess {
  readonly end: (status: ExitStatus) => void;
  readonly signals: string[];
}

function aProcess(pid: number): FakeProcess {
  const { promise: exited, resolve: end } = Promise.withResolvers<ExitStatus>();
  const signals: string[] = [];
  const receive = (signal: NodeJS.Signals) => {
    signals.push(signal);
    end({ code: null, signal });
  };
  const stop = () => {
    receive('SIGTERM');
    return Promise.resolve();
  };
  return { pid, exited, end, signals, stop, kill: receive };
}

/** Lets every promise settle that can settle now. */
const settle = () => new Promise((resolve) => setImmediate(resolve));
const CRASH: ExitStatus = { code: 1, signal: null };

describe(Supervised.name, () => {
  let launched: FakeProcess[];
  let waits: number[];
  let messages: string[];
  let time: number;
  let launch: () => Promise<RunningProcess>;

  function aSupervised(): Supervised {
    return new Supervised({
      name: 'consumer',
      launch: () => launch(),
      onMessage: (message) => messages.push(message),
      sleep: (ms, signal) => {
        waits.push(ms);
        time += ms;
        return signal.aborted ? Promise.reject(new Error('aborted')) : Promise.resolve();
      },
      now: () => time,
    });
  }
  async function crash(): Promise<void> {
    launched.at(-1)?.end(CRASH);
    await settle();
  }

  beforeEach(() => {
    [launched, waits, messages, time] = [[], [], [], 0];
    launch = () => {
      const process = aProcess(launched.length + 1);
      launched.push(process);
      return Promise.resolve(process);
    };
  });

  it('starts a process again that ended by itself, and says so', async () => {
    await aSupervised().start(new AbortController().signal);
    await crash();
    expect(launched).toHaveLength(2);
    expect(messages).toEqual([
      'consumer ended unexpectedly (exit code 1); starting it again in 0.5 s',
      'consumer runs again',
    ]);
  });

  it('goes on trying, later each time but at least once a minute, and says so in a line each time', async () => {
    await aSupervised().start(new AbortController().signal);
    for (let i = 0; i < 12; i++) await crash();
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 32_000, ...Array<number>(5).fill(60_000)]);
    expect(launched).toHaveLength(13);
    expect(messages.filter((message) => message !== 'consumer runs again')).toHaveLength(12);
    expect(messages.at(-2)).toBe(
      'consumer ended unexpectedly (exit code 1), 12 times in a row; starting it again in 60 s',
    );
  });

  it('forgets earlier ends once a process has run for a minute', async () => {
    await aSupervised().start(new AbortController().signal);
    for (let i = 0; i < 12; i++) {
      time += 60_000;
      await crash();
    }
    expect(new Set(waits)).toEqual(new Set([500]));
  });

  it('is quick again after a process has run for a minute, however late it was started', async () => {
    await aSupervised().start(new AbortController().signal);
    for (let i = 0; i < 8; i++) await crash();
    time += 60_000;
    await crash();
    expect(waits.slice(-2)).toEqual([60_000, 500]);
  });

  it('counts a failed launch like an end, and goes on once a launch succeeds', async () => {
    await aSupervised().start(new AbortController().signal);
    const works = launch;
    launch = () => {
      launch = works;
      return Promise.reject(new Error('port still taken; see consumer.log:\nwhat it\nsaid'));
    };
    await crash();
    expect(messages.slice(1)).toEqual([
      'consumer cannot be started: port still taken; see consumer.log, 2 times in a row; starting it again in 1 s',
      'consumer runs again',
    ]);
    expect(launched).toHaveLength(2);
  });

  it('does not start a process again that it stopped itself', async () => {
    const supervised = aSupervised();
    await supervised.start(new AbortController().signal);
    await supervised.stop();
    expect(launched.map(({ signals }) => signals)).toEqual([['SIGTERM']]);
    expect(messages).toEqual([]);
  });

  it('stops a process whose launch was under way when it was told to stop', async () => {
    const supervised = aSupervised();
    await supervised.start(new AbortController().signal);
    const late = Promise.withResolvers<RunningProcess>();
    launch = () => late.promise;
    await crash();
    const stopped = supervised.stop();
    const process = aProcess(2);
    late.resolve(process);
    await stopped;
    expect(process.signals).toEqual(['SIGTERM']);
  });
});
