import type { WireRecord } from '@drivewatch/contracts';
import { readPostResult, type HttpAnswer, type PostResult } from './post-result';

/** Sends a JSON body once, and rejects when no answer came. */
export type PostAttempt = (body: string, signal: AbortSignal | undefined) => Promise<HttpAnswer>;

/** Says why a record is sent again, and when. */
export interface RetryNotice {
  /** The reason, such as `503` or `ECONNREFUSED`. */
  reason: string;
  /** The number of the retry: 1 before the second attempt. */
  retry: number;
  delayMs: number;
}

export interface RecordPosterOptions {
  /**
   * The longest time, per record, for which a server that cannot be reached is tried; `Infinity` for ever. An answer of
   * 429, 502, 503 or 504 is waited out for ever, because something is there and asks for patience.
   */
  unreachableForMs: number;
  onRetry?: (notice: RetryNotice) => void;
}

/** The sources of time and chance, which tests replace. */
export interface RetryClock {
  nowMs: () => number;
  /** Resolves after the delay, and rejects as soon as the signal aborts. */
  sleep: (delayMs: number, signal: AbortSignal | undefined) => Promise<void>;
  /** Returns a number from 0 up to, but not including, 1. */
  random: () => number;
}

/** Thrown when the server could not be reached for as long as the caller would wait; `cause` is the last failure. */
export class ServerUnreachableError extends Error {
  override readonly name = 'ServerUnreachableError';
}

const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 5_000;
const LONGEST_RETRY_AFTER_MS = 60_000;
const PATIENCE_ANSWERS: readonly number[] = [429, 502, 503, 504];

const ANSWER_CUT_OFF = 'ANSWER_CUT_OFF';

/**
 * Failures after which a server may be back in a moment: there was no connection, or it broke before the whole answer
 * came.
 */
const CONNECTION_ERRORS: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  ANSWER_CUT_OFF,
]);

/**
 * Posts records the way a well-behaved device does: it waits as long as `Retry-After` asks, backs off exponentially
 * with jitter while nothing answers or answers are cut off, and hands every other answer to the caller. It has a loop of
 * its own, because undici's retry handler has no jitter, sleeps on after an abort and discards the body of the last
 * answer.
 *
 * A record whose answer was lost on the way is sent again, so it may be stored twice: delivery is at least once.
 */
export class RecordPoster {
  constructor(
    private readonly attempt: PostAttempt,
    private readonly clock: RetryClock,
    private readonly options: RecordPosterOptions,
  ) {}

  /**
   * @throws ServerUnreachableError after `unreachableForMs` without any answer
   * @throws the signal's reason when aborted
   */
  async post(record: WireRecord, signal?: AbortSignal): Promise<PostResult> {
    const body = JSON.stringify(record);
    let unreachableSinceMs: number | undefined;
    for (let retry = 1; ; retry += 1) {
      signal?.throwIfAborted();
      let delayMs = this.backOffMs(retry);
      let reason: string;
      try {
        const answer = await this.attempt(body, signal);
        if (!PATIENCE_ANSWERS.includes(answer.status)) {
          const result = readPostResult(answer);
          if (result !== null) return result;
          throw Object.assign(new Error(`${answer.status} ${answer.body}`), { code: ANSWER_CUT_OFF });
        }
        unreachableSinceMs = undefined;
        reason = String(answer.status);
        delayMs = this.retryAfterMs(answer.retryAfter) ?? delayMs;
      } catch (cause) {
        signal?.throwIfAborted();
        reason = connectionErrorCode(cause);
        const now = this.clock.nowMs();
        unreachableSinceMs ??= now;
        if (now + delayMs - unreachableSinceMs > this.options.unreachableForMs) {
          throw new ServerUnreachableError(`No answer from the server (${reason})`, { cause });
        }
      }
      this.options.onRetry?.({ reason, retry, delayMs });
      await this.clock.sleep(delayMs, signal);
    }
  }

  /** Returns between half of the exponential step and all of it, so that a fleet does not come back all at once. */
  private backOffMs(retry: number): number {
    const step = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (retry - 1));
    return step / 2 + (step / 2) * this.clock.random();
  }

  /** Reads `Retry-After`, which is seconds or an HTTP date; an absurd one is not obeyed to the letter. */
  private retryAfterMs(header: string | undefined): number | undefined {
    if (header === undefined) return undefined;
    const delayMs = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - this.clock.nowMs();
    return Number.isNaN(delayMs) ? undefined : Math.min(Math.max(delayMs, 0), LONGEST_RETRY_AFTER_MS);
  }
}

/** @throws the error itself when it has nothing to do with the connection */
function connectionErrorCode(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (typeof code === 'string' && CONNECTION_ERRORS.has(code)) return code;
  throw error;
}
