import { MultiBar, Presets } from 'cli-progress';

/** Where messages and progress go: standard error, or what a test passes instead. */
export type Output = Pick<NodeJS.WritableStream, 'write'> & { isTTY?: boolean };

/** Shows how far the import is, and lines of text in between. */
export interface Progress {
  print: (line: string) => void;
  /** Adds to the bytes that have been read. */
  advance: (bytes: number) => void;
  stop: () => void;
}

const MEGABYTE = 1_000_000;

/** Shows a bar on a terminal; elsewhere only the lines, so that logs stay readable. */
export function showProgress(output: Output, totalBytes: number): Progress {
  if (output.isTTY !== true) {
    return {
      print: (line) => void output.write(`${line}\n`),
      advance: () => undefined,
      stop: () => undefined,
    };
  }
  const bars = new MultiBar(
    {
      stream: output as NodeJS.WritableStream,
      format: '{bar} {percentage} % | {done}/{all} MB | {eta_formatted} left',
      hideCursor: true,
      // Ctrl-C ends the import, and the import then stops the bar.
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  let read = 0;
  const sizes = () => ({ done: megabytes(read), all: megabytes(totalBytes) });
  const bar = bars.create(totalBytes, 0, sizes());
  return {
    print: (line) => {
      bars.log(`${line}\n`);
    },
    advance: (bytes) => {
      read += bytes;
      bar.update(read, sizes());
    },
    stop: () => {
      // This prints what was logged since the last redraw; stop alone would lose it.
      bars.update();
      bars.stop();
    },
  };
}

/** Formats bytes as megabytes: `3.1` for 3,100,000 bytes. */
export const megabytes = (bytes: number): string => (bytes / MEGABYTE).toFixed(1);
