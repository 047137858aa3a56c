import { ProblemError } from '../http/problem-error';

export const unauthorized = (detail: string): ProblemError =>
  new ProblemError('UNAUTHORIZED', detail, { headers: { 'WWW-Authenticate': 'Bearer realm="drivewatch"' } });

export const forbidden = (detail: string): ProblemError => new ProblemError('FORBIDDEN', detail);

/** Refuses a request for a host that the server does not answer for. */
export const misdirected = (detail: string): ProblemError => new ProblemError('HOST_NOT_ALLOWED', detail);

/** Refuses a request that does not name its host exactly once. */
export const unclearHost = (detail: string): ProblemError => new ProblemError('BAD_REQUEST', detail);

/** The error is the same whether the user does not exist or the password is wrong. */
export const signInFailed = (): ProblemError =>
  new ProblemError('SIGN_IN_FAILED', 'The name or the password is wrong');

export const secureConnectionRequired = (): ProblemError =>
  new ProblemError(
    'SECURE_CONNECTION_REQUIRED',
    'Signing in needs https; behind a proxy that speaks it the server needs TRUST_PROXY, without https COOKIE_SECURE=off',
  );

export const accessUnavailable = (what: string, cause?: unknown): ProblemError =>
  new ProblemError('ACCESS_UNAVAILABLE', `${what}; nothing was accepted, send it again after Retry-After`, {
    cause,
  });
