import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { forbidden, unauthorized } from './access-errors';
import { DashboardUsers } from './dashboard-users';
import { DeviceKeyRing, type LiveKey } from './device-key-ring';
import { RequestLimits } from './request-limits';
import { type SignedIn, Sessions } from './sessions';
import { HOW_TO_SHOW, KEY_REFUSALS, keyOf, ShownKeys } from './shown-keys';

/** Who opens a live connection: a person by a session, or a service by a key for the live feed. */
export type Listener =
  | { readonly signedIn: SignedIn; readonly liveKey: null }
  | { readonly signedIn: null; readonly liveKey: LiveKey };

/** Decides who may read the live feed, and whether somebody who reads it still may. */
@Injectable()
export class LiveListeners {
  constructor(
    private readonly sessions: Sessions,
    private readonly users: DashboardUsers,
    private readonly keys: DeviceKeyRing,
    private readonly shown: ShownKeys,
    private readonly limits: RequestLimits,
  ) {}

  /**
   * Counts a handshake by the session or the key, or else by the address. A session counts before a key, as it does on
   * every other route for people.
   *
   * @param address the client's address
   * @throws ProblemError 401, 403, 429, or 503 while sessions or keys cannot be read
   */
  async admit(request: IncomingMessage, address: string): Promise<Listener> {
    const signedIn = await this.sessions.read(request.headers);
    if (signedIn !== null) {
      await this.limits.takeCaller(signedIn.sessionId);
      return { signedIn, liveKey: null };
    }
    const key = keyOf(request.headers);
    const liveKey = key === undefined ? null : this.keys.checkLive(key, request.socket, Date.now());
    if (liveKey !== null && typeof liveKey !== 'string') {
      await this.limits.takeCaller(liveKey.id);
      return { signedIn: null, liveKey };
    }
    await this.limits.takeAddress(address);
    if (liveKey === null) throw nobody();
    await this.shown.requireOne(request, address);
    if (liveKey === 'device')
      throw forbidden(
        'This key may send records and nothing else; the live feed needs one made with "npm run keys -- create --live"',
      );
    return this.shown.fail(address, KEY_REFUSALS[liveKey]);
  }

  /** @throws ProblemError 401 if the session or the key has ended since the handshake */
  async recheck({ signedIn, liveKey }: Listener): Promise<void> {
    if (liveKey !== null) {
      const refusal = this.keys.endOf(liveKey, Date.now());
      if (refusal !== null) throw unauthorized(KEY_REFUSALS[refusal]);
      return;
    }
    if (this.users.ofSession(signedIn.session) === null) throw nobody();
    const ended = await this.sessions.store.ended([signedIn.sessionId]);
    if (ended.size > 0) throw nobody();
  }
}

export const nobody = () =>
  unauthorized(`Nobody is signed in; sign in at /sign-in, or send a key for the live feed as ${HOW_TO_SHOW}`);
