import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { ProblemError } from '../http/problem-error';
import { RequestLimits } from './request-limits';
import { type SignedIn, Sessions } from './sessions';

/**
 * Counts the requests of people: signed-in people by their session, all others by their address. So nobody who shares
 * an address with a signed-in person can use up that person's allowance.
 */
@Injectable()
export class CountedCallers {
  constructor(
    private readonly sessions: Sessions,
    private readonly limits: RequestLimits,
  ) {}

  /**
   * Counts a request for something that only signed-in people may see.
   *
   * @param address the client's address
   * @returns who is signed in, or `null` when nobody is
   * @throws ProblemError 429 when it is one too many, 503 while sessions cannot be read
   */
  async read(headers: IncomingHttpHeaders, address: string): Promise<SignedIn | null> {
    const signedIn = await this.sessions.read(headers);
    if (signedIn === null) await this.limits.takeAddress(address);
    else await this.limits.takeCaller(signedIn.sessionId);
    return signedIn;
  }

  /**
   * Counts a request for something that everybody may see. The session is read only once the address has used up its
   * requests, so the files of a page need no Redis.
   *
   * @param address the client's address
   * @throws ProblemError 429 when it is one too many
   */
  async admit(headers: IncomingHttpHeaders, address: string): Promise<void> {
    try {
      await this.limits.takeAddress(address);
    } catch (refusal) {
      const signedIn = await this.sessions.read(headers).catch(onlyUnavailable);
      if (signedIn === null) throw refusal;
      await this.limits.takeCaller(signedIn.sessionId);
    }
  }
}

/** While sessions cannot be read, everybody counts as signed out. */
function onlyUnavailable(error: unknown): null {
  if (error instanceof ProblemError) return null;
  throw error;
}
