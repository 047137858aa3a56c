import type { Problem } from '@drivewatch/contracts';
import { ProblemError } from '../http/problem-error';

/** A request that may not go on. */
export class AccessError extends ProblemError {
  override readonly name = 'AccessError';

  private constructor(
    problem: Omit<Problem, 'type'>,
    /** Of the answer. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(problem);
  }

  static unauthorized(detail: string): AccessError {
    const problem = { status: 401, title: 'Unauthorized', code: 'UNAUTHORIZED', detail } as const;
    return new AccessError(problem, { 'WWW-Authenticate': 'Bearer realm="drivewatch"' });
  }

  static forbidden(detail: string): AccessError {
    return new AccessError({ status: 403, title: 'Forbidden', code: 'FORBIDDEN', detail });
  }

  /** @param retryAfterMs until the next request may succeed */
  static rateLimited(detail: string, retryAfterMs: number): AccessError {
    const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
    return new AccessError(
      {
        status: 429,
        title: 'Too many requests',
        code: 'RATE_LIMITED',
        detail: `${detail}; wait ${seconds} s`,
      },
      { 'Retry-After': String(seconds) },
    );
  }

  /** A request for a host that the server does not answer for. */
  static misdirected(detail: string): AccessError {
    return new AccessError({ status: 421, title: 'Misdirected request', code: 'HOST_NOT_ALLOWED', detail });
  }

  /** A request that does not say in one way for which host it is. */
  static unclearHost(detail: string): AccessError {
    return new AccessError({ status: 400, title: 'Bad request', code: 'BAD_REQUEST', detail });
  }

  /** The same whether there is no such user or the password is wrong. */
  static signInFailed(): AccessError {
    const detail = 'The name or the password is wrong';
    return new AccessError({ status: 401, title: 'Sign-in failed', code: 'SIGN_IN_FAILED', detail });
  }

  static secureConnectionRequired(): AccessError {
    const code = 'SECURE_CONNECTION_REQUIRED';
    const detail =
      'Signing in needs https; behind a proxy that speaks it the server needs TRUST_PROXY, without https COOKIE_SECURE=off';
    return new AccessError({ status: 400, title: 'Secure connection required', code, detail });
  }

  static unavailable(what: string): AccessError {
    const detail = `${what}; nothing was accepted, send it again after Retry-After`;
    return new AccessError({ status: 503, title: 'Access unavailable', code: 'ACCESS_UNAVAILABLE', detail });
  }
}
