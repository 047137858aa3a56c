import type { IncomingMessage } from 'node:http';
import type { ApiConfig } from '@drivewatch/config';
import type { Displaced } from '@drivewatch/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { API_CONFIG } from '../config.module';
import { endAtOnce, type LiveConnection } from './live-connection';
import { networkOf } from '../http/network';
import { SHARED_FACTOR } from './request-limits';
import type { SignedIn } from './sessions';

/** For a page to take in why its connection ends. */
const FAREWELL_MS = 5_000;

/** Whose a connection is. */
export interface Holder {
  /** Address of the client. */
  readonly address: string;
  /** `null` while authentication is off. */
  readonly signedIn: SignedIn | null;
}

/** The part of a Socket.IO socket that is needed here. */
export interface FarewellSocket {
  readonly conn: LiveConnection;
  emit: (event: 'displaced', why: Displaced) => unknown;
  disconnect: (close: true) => unknown;
}

/**
 * The live connections of this instance by whose they are, from the handshake on, whether or not a socket has come of them.
 * A session may hold `MAX_SOCKETS_PER_SESSION`, and a user ten times as many in all sessions; the oldest makes room. While
 * authentication is off an address is bounded as a user is.
 */
@Injectable()
export class LiveConnections {
  /** Connections that made room for newer ones, since the start. */
  displaced = 0;
  private readonly holders = new WeakMap<IncomingMessage, Holder>();
  private readonly open = new Map<LiveConnection, Holder>();
  /** The same connections by what they are counted under, the oldest first. */
  private readonly groups = new Map<string, Set<LiveConnection>>();
  private readonly sockets = new WeakMap<LiveConnection, FarewellSocket>();

  constructor(@Inject(API_CONFIG) private readonly config: Pick<ApiConfig, 'MAX_SOCKETS_PER_SESSION'>) {}

  /** Notes whose handshake a request is; its connection keeps the request. */
  noteHolder(request: IncomingMessage, holder: Holder): void {
    this.holders.set(request, holder);
  }

  holderOf(request: IncomingMessage): Holder | undefined {
    return this.holders.get(request);
  }

  /** Counts a connection whose handshake has been let through, and ends the oldest ones of the same holder beyond the limit. */
  add(connection: LiveConnection): void {
    const holder = this.holders.get(connection.request);
    if (holder === undefined) {
      connection.close(true);
      return;
    }
    this.open.set(connection, holder);
    const limits = this.limitsOf(holder);
    connection.once('close', () => {
      this.remove(connection);
    });
    for (const [group, limit] of limits) {
      const members = this.groups.get(group) ?? new Set();
      this.groups.set(group, members);
      members.add(connection);
      const [oldest] = members;
      if (members.size > limit && oldest !== undefined) this.displace(oldest, limit);
    }
  }

  /** Notes the socket that comes of a connection. @returns whether it is the first: each is greeted with all there is to show */
  noteSocket(socket: FarewellSocket): boolean {
    if (this.sockets.has(socket.conn)) return false;
    this.sockets.set(socket.conn, socket);
    return true;
  }

  /** Who opened it, by which pages of one person are known, whatever sessions they are of: the user, or the address while nobody signs in. */
  sharerOf(request: IncomingMessage): string {
    const holder = this.holders.get(request);
    return holder === undefined ? '' : (this.limitsOf(holder).at(-1)?.[0] ?? '');
  }

  /** Every session that has a connection here. */
  sessions(): SignedIn[] {
    return [...this.open.values()].flatMap(({ signedIn }) => signedIn ?? []);
  }

  /** Closes the connections of the sessions that have ended, those without a socket as well. */
  closeWhere(hasEnded: (signedIn: SignedIn) => boolean): void {
    for (const [connection, { signedIn }] of [...this.open]) {
      if (signedIn !== null && hasEnded(signedIn)) this.close(connection);
    }
  }

  private limitsOf({ address, signedIn }: Holder): [group: string, limit: number][] {
    const limit = this.config.MAX_SOCKETS_PER_SESSION;
    const shared = limit * SHARED_FACTOR;
    if (signedIn === null) return [[`address ${networkOf(address)}`, shared]];
    return [
      [`session ${signedIn.sessionId}`, limit],
      [`user ${signedIn.user.id}`, shared],
    ];
  }

  private displace(connection: LiveConnection, limit: number): void {
    this.displaced += 1;
    this.sockets.get(connection)?.emit('displaced', { limit });
    this.close(connection);
  }

  /** In order, where the other end reads; else a little later without that. */
  private close(connection: LiveConnection): void {
    // It is not counted any more, so that the next one to be displaced is another.
    this.remove(connection);
    const late = setTimeout(() => {
      endAtOnce(connection);
    }, FAREWELL_MS);
    late.unref();
    connection.once('close', () => {
      clearTimeout(late);
    });
    this.sockets.get(connection)?.disconnect(true);
    connection.close();
  }

  private remove(connection: LiveConnection): void {
    const holder = this.open.get(connection);
    if (holder === undefined) return;
    this.open.delete(connection);
    for (const [group] of this.limitsOf(holder)) {
      const members = this.groups.get(group);
      members?.delete(connection);
      if (members?.size === 0) this.groups.delete(group);
    }
  }
}
