import { type Stack, startStack } from '@drivewatch/testing';
import { median, printTable } from '../figures';
import { END_PROMISES } from './ends';
import { OUTAGE_PROMISES } from './outages';
import type { TimePromise } from './time-promise';
import { UPLOAD_PROMISES } from './uploads';

const PROMISES: readonly TimePromise[] = [...OUTAGE_PROMISES, ...END_PROMISES, ...UPLOAD_PROMISES];

/**
 * Measures how soon things happen for which the documents promise a time. Whether they happen at all is for tests to
 * check, which must not fail because a machine is busy.
 */
export async function runPromisesBenchmark({ rounds }: { readonly rounds: number }): Promise<void> {
  const rows: string[][] = [];
  for (const promise of PROMISES) {
    console.log(`… ${promise.what}`);
    const stack = await startStack({ isDurable: true, consumers: 1, tickSeconds: 1, ...promise.stack });
    try {
      rows.push(rowOf(promise, await measured(promise, stack, rounds)));
    } finally {
      await stack.stop();
    }
  }
  console.log('');
  printTable(['what (and where it is promised)', 'median ms', 'longest', 'promised', ''], rows);
}

async function measured({ measure }: TimePromise, stack: Stack, rounds: number): Promise<number[]> {
  const samplesMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) samplesMs.push(await measure(stack, round));
  return samplesMs;
}

function rowOf({ what, promisedIn, limitMs }: TimePromise, samplesMs: readonly number[]): string[] {
  const longest = Math.max(...samplesMs);
  return [
    `${what} (${promisedIn})`,
    median(samplesMs).toFixed(0),
    longest.toFixed(0),
    String(limitMs),
    longest <= limitMs ? 'kept' : 'NOT kept',
  ];
}
