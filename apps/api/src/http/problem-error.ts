import { type Problem, type ProblemCode, PROBLEMS } from '@drivewatch/contracts';

/** Members that a problem may have besides those of every problem, such as `errors`. */
export type ProblemMembers = Partial<Omit<Problem, 'type' | 'title' | 'status' | 'code' | 'detail'>>;

export interface ProblemOptions {
  readonly members?: ProblemMembers;
  /** Headers that the answer carries. */
  readonly headers?: Readonly<Record<string, string>>;
  /** When the client may try again; one second if it is left out with 503. */
  readonly retryAfterSeconds?: number | undefined;
  /** The status that was decided on elsewhere, if it is not the code's own. */
  readonly status?: number;
  /** What happened, for people who read the log, if it differs from what the client is told. */
  readonly reason?: string;
  readonly cause?: unknown;
}

/** Long enough for Redis to have failed over or restarted in the usual case, short enough to keep devices current. */
const RETRY_AFTER_SECONDS = 1;

/**
 * A refusal or failure that knows how it is answered (RFC 9457). `toProblem` turns everything else that is thrown into
 * one.
 */
export class ProblemError extends Error {
  override readonly name: string = 'ProblemError';
  readonly problem: Problem;
  readonly members: ProblemMembers;
  readonly headers: Readonly<Record<string, string>>;
  readonly retryAfterSeconds: number | undefined;

  /**
   * @param detail what happened, for the reader of the answer: the field, what is wrong with it, and what is allowed
   */
  constructor(
    readonly code: ProblemCode,
    detail: string,
    { members = {}, headers = {}, retryAfterSeconds, status, reason = detail, cause }: ProblemOptions = {},
  ) {
    super(reason, cause === undefined ? {} : { cause });
    const { title, status: usual } = PROBLEMS[code];
    this.problem = { type: 'about:blank', status: status ?? usual, title, code, detail, ...members };
    this.members = members;
    this.retryAfterSeconds =
      retryAfterSeconds ?? (this.problem.status === 503 ? RETRY_AFTER_SECONDS : undefined);
    this.headers = {
      ...(this.retryAfterSeconds !== undefined && { 'Retry-After': String(this.retryAfterSeconds) }),
      ...headers,
    };
  }
}

/** An error quotes no more than this of an address. */
const SHOWN_PATH_CHARACTERS = 200;

export const nothingAt = (path: string): ProblemError =>
  new ProblemError('NOT_FOUND', `There is nothing at ${path.slice(0, SHOWN_PATH_CHARACTERS)}`);

/** @param retryAfterMs time until the next request may succeed */
export function rateLimited(detail: string, retryAfterMs: number): ProblemError {
  const retryAfterSeconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  return new ProblemError('RATE_LIMITED', `${detail}; wait ${retryAfterSeconds} s`, { retryAfterSeconds });
}

/** The headers of an answer after which nothing more is read from its connection. */
export const LAST_ANSWER = { Connection: 'close' } as const;
