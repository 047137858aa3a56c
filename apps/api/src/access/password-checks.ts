import { rateLimited } from '../http/problem-error';

/** Each check takes 19 MiB and a thread for tens of milliseconds; those threads also read files. */
const CHECKS_AT_ONCE = 16;
/**
 * The remaining checks are kept for accounts at a place where they have signed in before, whoever else tries passwords
 * meanwhile.
 */
const CHECKS_OF_STRANGERS = 12;
/** A whole shift may sign in at once; each person waits for some tenths of a second. */
const MAX_WAITING = 100;

/** Bounds how many passwords are checked at the same time. */
export class PasswordChecks {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /**
   * Runs a check when there is room for it. Checks from a known place wait their turn; strangers are told to come
   * again.
   *
   * @throws ProblemError 429 without having run the check
   */
  async run<T>(isAtKnownPlace: boolean, check: () => Promise<T>): Promise<T> {
    await this.enter(isAtKnownPlace);
    try {
      return await check();
    } finally {
      this.leave();
    }
  }

  private async enter(isAtKnownPlace: boolean): Promise<void> {
    if (this.running < (isAtKnownPlace ? CHECKS_AT_ONCE : CHECKS_OF_STRANGERS)) {
      this.running += 1;
      return;
    }
    if (!isAtKnownPlace || this.waiting.length >= MAX_WAITING)
      throw rateLimited('Too many people sign in at this moment', 1_000);
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Passes the room on to whoever has waited longest. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.running -= 1;
    else next();
  }
}
