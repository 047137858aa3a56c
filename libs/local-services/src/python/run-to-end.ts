import { text } from 'node:stream/consumers';
import { parseEnv } from '@drivewatch/config';
import { spawnGuarded } from '../process/guarded-process';
import * as z from 'zod';

const STOP_LIMIT_MS = 5_000;

/**
 * Runs a program silently. Neither it nor what it starts outlives this process, so that nothing keeps writing where the
 * next run begins anew.
 *
 * @param title the name of the step in the message
 * @throws Error with the last line of its output when it fails
 */
export async function runToEnd(title: string, command: string, args: readonly string[]): Promise<void> {
  const child = await spawnGuarded({
    command,
    args,
    cwd: process.cwd(),
    // pip's settings, and those of the network, are in the environment.
    env: parseEnv(z.record(z.string(), z.string())),
    output: ['ignore', 'pipe'],
    stopSignal: 'SIGTERM',
    stopLimitMs: STOP_LIMIT_MS,
    // pip builds some packages in separate processes.
    withDescendants: true,
  });
  const [{ code, signal }, errors] = await Promise.all([
    child.exited,
    child.stderr ? text(child.stderr) : '',
  ]);
  if (code === 0) return;
  const lastLine = errors.trim().split('\n').at(-1) ?? '';
  throw new Error(`${title} failed: ${lastLine || `it ended by ${signal ?? `exit code ${code ?? ''}`}`}`);
}
