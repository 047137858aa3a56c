import type { IncomingMessage } from 'node:http';
import type { ApiConfig } from '@drivewatch/config';
import type { Displaced } from '@drivewatch/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { API_CONFIG } from '../config.module';
import { endAtOnce, type LiveConnection } from './live-connection';
import type { Listener } from './live-listeners';
import { networkOf } from '../http/network';
import { SHARED_FACTOR } from './request-limits';
import type { SignedIn } from './sessions';

/** How long a page has to take in why its connection ends. */
const FAREWELL_MS = 5_000;

/** Whom a connection belongs to. */
export interface Holder {
  /** The client's address. */
  readonly address: string;
  /** `null` while authentication is off. */
  readonly listener: Listener | null;
}

/** The part of a Socket.IO socket that is needed here. */
export interface FarewellSocket {
  readonly conn: LiveConnection;
  emit: (event: 'displaced', why: Displaced) => unknown;
  disconnect: (close: true) => unknown;
}

/**
 * The live connections of this instance and whom they belong to, from the handshake on, whether or not they have a
 * socket yet. A session or a key may hold `MAX_SOCKETS_PER_SESSION`, and a user or the owner of keys ten times as many
 * across all sessions or keys; beyond that the oldest is closed. While authentication is off, an address has the limit of
 * a user.
 */
@Injectable()
export class LiveConnections {
  /** Counts connections that were closed in favour of newer ones since the start. */
  displaced = 0;
  private readonly holders = new WeakMap<IncomingMessage, Holder>();
  private readonly open = new Map<LiveConnection, Holder>();
  /** The same connections grouped by what limits them, the oldest first. */
  private readonly groups = new Map<string, Set<LiveConnection>>();
  private readonly sockets = new WeakMap<LiveConnection, FarewellSocket>();

  constructor(@Inject(API_CONFIG) private readonly config: Pick<ApiConfig, 'MAX_SOCKETS_PER_SESSION'>) {}

  /** Notes who made a handshake; the connection keeps the handshake's request. */
  noteHolder(request: IncomingMessage, holder: Holder): void {
    this.holders.set(request, holder);
  }

  holderOf(request: IncomingMessage): Holder | undefined {
    return this.holders.get(request);
  }

  /** Counts a connection whose handshake was accepted, and ends the oldest ones of the same holder beyond the limit. */
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

  /**
   * Notes the socket of a connection.
   *
   * @returns whether it is the connection's first: each is greeted with all there is to show
   */
  noteSocket(socket: FarewellSocket): boolean {
    if (this.sockets.has(socket.conn)) return false;
    this.sockets.set(socket.conn, socket);
    return true;
  }

  /**
   * Returns what the pages of one person have in common, whatever their sessions: the user, or the owner of the key, or
   * the address while nobody signs in.
   */
  sharerOf(request: IncomingMessage): string {
    const holder = this.holders.get(request);
    return holder === undefined ? '' : (this.limitsOf(holder).at(-1)?.[0] ?? '');
  }

  /** Every session that has a connection here. */
  sessions(): SignedIn[] {
    return [...this.open.values()].flatMap(({ listener }) => listener?.signedIn ?? []);
  }

  /** Closes the connections of the sessions or keys that have ended, including connections without a socket. */
  closeWhere(hasEnded: (listener: Listener) => boolean): void {
    for (const [connection, { listener }] of [...this.open]) {
      if (listener !== null && hasEnded(listener)) this.close(connection);
    }
  }

  private limitsOf({ address, listener }: Holder): [group: string, limit: number][] {
    const limit = this.config.MAX_SOCKETS_PER_SESSION;
    const shared = limit * SHARED_FACTOR;
    if (listener === null) return [[`address ${networkOf(address)}`, shared]];
    const { signedIn, liveKey } = listener;
    if (liveKey !== null)
      return [
        [`key ${liveKey.id}`, limit],
        [`owner ${liveKey.ownerId}`, shared],
      ];
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

  /** Closes in an orderly way if the other end reads; otherwise cuts the connection off a little later. */
  private close(connection: LiveConnection): void {
    // It no longer counts, so that the next connection to be displaced is another one.
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
