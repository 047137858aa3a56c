import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

/** The time and memory that one run of a program took. */
export interface RunFigures {
  readonly seconds: number;
  /** The sum of the peak resident memory of its processes, each at its own peak. */
  readonly peakMegabytes: number;
  readonly output: string;
}

const LOOKED_AT_EVERY_MS = 250;

/**
 * Runs a program to its end.
 *
 * @param mark text in the command lines of its processes; Spark's are no descendants of the one started here
 * @throws Error with its last lines when it fails
 */
export async function measureRun(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  mark: string,
): Promise<RunFigures> {
  const startedAt = performance.now();
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const peaks = new Map<string, number>();
  const watch = setInterval(() => void notePeaks(mark, peaks), LOOKED_AT_EVERY_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  }).finally(() => {
    clearInterval(watch);
  });
  if (code !== 0) throw new Error(`${command} failed:\n${output.split('\n').slice(-15).join('\n')}`);
  const seconds = (performance.now() - startedAt) / 1000;
  return { seconds, peakMegabytes: [...peaks.values()].reduce((sum, peak) => sum + peak, 0) / 1000, output };
}

/**
 * Notes each process's own peak, which Linux keeps; for a process that is gone, the last one seen counts, in kilobytes.
 */
async function notePeaks(mark: string, peaks: Map<string, number>): Promise<void> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!commandLine.includes(mark)) continue;
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const peak = /^VmHWM:\s+(\d+)/m.exec(status)?.[1];
    if (peak !== undefined) peaks.set(pid, Number(peak));
  }
}
