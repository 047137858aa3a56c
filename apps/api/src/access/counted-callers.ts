import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { ProblemError } from '../http/problem-error';
import { RequestLimits } from './request-limits';
import { type SignedIn, Sessions } from './sessions';

/**
 * Counts requests of people: whoever is signed in by the session, all others by their address, so that nobody who shares
 * an address with somebody signed in can use up what that person may ask.
 */
@Injectable()
export class CountedCallers {
  constructor(
    private readonly sessions: Sessions,
    private readonly limits: RequestLimits,
  ) {}

  /**
   * Counts a request for what only signed-in people may see.
   *
   * @param address of the client
   * @returns who is signed in, `null` when nobody is
   * @throws ProblemError 429 when it is one too many, 503 while sessions cannot be read
   */
  async read(headers: IncomingHttpHeaders, address: string): Promise<SignedIn | null> {
    const signedIn = await this.sessions.read(headers);
    if (signedIn === null) await this.limits.takeAddress(address);
    else await this.limits.takeCaller(signedIn.sessionId);
    return signedIn;
  }

  /**
   * Counts a request for what everybody may see. The session is looked at only where the address has used up its requests:
   * the files of a page need no Redis.
   *
   * @param address of the client
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

/** While sessions cannot be read nobody is known to be signed in. */
function onlyUnavailable(error: unknown): null {
  if (error instanceof ProblemError) return null;
  throw error;
}
