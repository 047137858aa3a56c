import type { Stack, StackOptions } from '@drivewatch/testing';

/** Something that a document promises to happen within a time. */
export interface TimePromise {
  readonly what: string;
  /** The document that promises it. */
  readonly promisedIn: string;
  readonly limitMs: number;
  /** The options of its stack, beyond one consumer and ticks of a second. */
  readonly stack?: StackOptions;
  /**
   * Makes it happen once and leaves the stack as it was.
   *
   * @param round counts from 0
   * @returns how many milliseconds it took
   */
  readonly measure: (stack: Stack, round: number) => Promise<number>;
}

/** @returns milliseconds until `work` was done */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
