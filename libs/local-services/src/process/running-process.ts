import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const POLL_MS = 25;

/**
 * Returns the command line of a running process, its arguments separated by spaces; empty when there is none. A dead
 * process that its parent has not yet reaped counts as gone.
 */
export async function commandLineOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const raw = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return raw.replaceAll('\0', ' ').trim();
  }
  const { stdout } = await run('ps', ['-p', String(pid), '-o', 'args=']).catch(() => ({ stdout: '' }));
  return stdout.includes('<defunct>') ? '' : stdout.trim();
}

/** Sends a signal; it is no error if the process is already gone. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Ends a process that is not a child: asks with `signal`, forces it after `limitMs`, and waits until it is gone. */
export async function endProcess(pid: number, signal: NodeJS.Signals, limitMs: number): Promise<void> {
  signalProcess(pid, signal);
  if (await isGoneWithin(pid, limitMs)) return;
  signalProcess(pid, 'SIGKILL');
  if (!(await isGoneWithin(pid, limitMs)))
    throw new Error(`Process ${pid} does not end, not even by SIGKILL`);
}

async function isGoneWithin(pid: number, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while ((await commandLineOf(pid)) !== '') {
    if (Date.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}
