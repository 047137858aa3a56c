import { MultiBar, Presets } from 'cli-progress';
import type { RateMeter } from './rate-meter';

/** Where messages and progress go: standard error, or what a test passes instead. */
export type Output = NodeJS.WritableStream & { isTTY?: boolean };

/** Shows how far the replay is, and lines of text in between. */
export interface Progress {
  print: (text: string) => void;
  /** Shows the current state; called a few times a second. */
  update: (done: number) => void;
  stop: () => void;
}

const LINE_EVERY_MS = 5_000;

/** Shows a bar on a terminal; elsewhere a line every few seconds, so that logs stay readable. */
export function showProgress(output: Output, total: number, meter: RateMeter): Progress {
  return output.isTTY === true ? barProgress(output, total, meter) : lineProgress(output, total, meter);
}

function barProgress(output: Output, total: number, meter: RateMeter): Progress {
  const bars = new MultiBar(
    {
      stream: output,
      format: '{bar} {percentage} % | {value}/{total} | {rate} records/s | {left} left',
      hideCursor: true,
      // Ctrl-C ends the replay, and the replay then stops the bar.
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  const bar = bars.create(total, 0, describe(meter, 0));
  return {
    print: (text) => {
      bars.log(`${text}\n`);
    },
    update: (done) => {
      bar.update(done, describe(meter, done));
    },
    stop: () => {
      // This prints what was logged since the last redraw; stop alone would lose it.
      bars.update();
      bars.stop();
    },
  };
}

function lineProgress(output: Output, total: number, meter: RateMeter): Progress {
  let nextLineAtMs = meter.nowMs() + LINE_EVERY_MS;
  const print = (text: string) => {
    output.write(`${text}\n`);
  };
  return {
    print,
    update: (done) => {
      const { rate, left } = describe(meter, done);
      if (meter.nowMs() < nextLineAtMs) return;
      nextLineAtMs = meter.nowMs() + LINE_EVERY_MS;
      const percentage = total === 0 ? 100 : Math.floor((100 * done) / total);
      print(`${percentage} % | ${done}/${total} | ${rate} records/s | ${left} left`);
    },
    stop: () => undefined,
  };
}

function describe(meter: RateMeter, done: number): { rate: string; left: string } {
  const { perSecond, leftSeconds } = meter.measure(done);
  return {
    rate: perSecond.toFixed(perSecond < 10 ? 1 : 0),
    left: leftSeconds === undefined ? '?' : formatDuration(leftSeconds),
  };
}

/** Formats a duration: `42 s`, `5 min 03 s`, `2 h 07 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const padded = (value: number) => String(value).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${padded(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${padded(Math.floor((whole % 3600) / 60))} min`;
}
