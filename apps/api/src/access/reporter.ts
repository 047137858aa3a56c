import type { FastifyRequest } from 'fastify';

/** The sender of a request's records and what it may do: a device key, or anybody while everything is open. */
export interface Reporter {
  /**
   * The id of the key's owner, or {@link OPEN_REPORTER_ID}. Limits count by it, and the ids of a reporter's records are
   * derived from it, so that they stay the same when the key is replaced.
   */
  readonly id: string;
  /** Whether it may send records of every driver, including unknown ones. */
  readonly isFleet: boolean;
  /** Whether it may send records of that driver. */
  readonly mayReport: (driverId: string) => boolean;
  /** Whether it may send history that is announced as if it happened now (`X-Replay`). */
  readonly mayReplay: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the access guard where a device key was shown. */
    reporter?: Reporter;
  }
}

/** The id that everybody shares on a Drivewatch that asks for no keys. */
export const OPEN_REPORTER_ID = 'open';
const OPEN_REPORTER: Reporter = {
  id: OPEN_REPORTER_ID,
  isFleet: true,
  mayReport: () => true,
  mayReplay: true,
};

export const reporterOf = (request: FastifyRequest): Reporter => request.reporter ?? OPEN_REPORTER;
