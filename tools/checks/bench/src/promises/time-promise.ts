import type { Stack, StackOptions } from '@drivewatch/testing';

/** Something that a document says happens within a time. */
export interface TimePromise {
  readonly what: string;
  /** The document. */
  readonly promisedIn: string;
  readonly limitMs: number;
  /** What its stack is started with beside one consumer and ticks of a second. */
  readonly stack?: StackOptions;
  /**
   * Brings it about once and leaves the stack as it was.
   *
   * @param round counts from 0
   * @returns milliseconds that it took
   */
  readonly measure: (stack: Stack, round: number) => Promise<number>;
}

/** @returns milliseconds until `work` was done */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
