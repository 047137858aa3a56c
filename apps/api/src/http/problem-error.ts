import type { Problem } from '@drivewatch/contracts';

/** A refusal that says itself how it is answered. */
export class ProblemError extends Error {
  override readonly name: string = 'ProblemError';

  /** @param retryAfterSeconds when the client may try again; 1 where it is left out with 503 */
  constructor(
    readonly problem: Omit<Problem, 'type'>,
    readonly retryAfterSeconds?: number,
  ) {
    super(problem.detail);
  }
}
