import type { IncomingMessage } from 'node:http';
import { LiveConnections } from './live-connections';
import type { Listener } from './live-listeners';

/** A connection that closes at once when it is told to. */
class FakeConnection {
  readonly request = {} as IncomingMessage;
  readonly transport = {};
  isOpen = true;
  readonly told: unknown[] = [];
  private onClose: (() => void)[] = [];

  once(_: 'close', listener: () => void): void {
    this.onClose.push(listener);
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    for (const listener of this.onClose) listener();
  }

  socket() {
    return {
      conn: this,
      emit: (event: string, payload: unknown) => this.told.push([event, payload]),
      disconnect: () => {
        this.close();
      },
    };
  }
}

describe(LiveConnections.name, () => {
  let connections: LiveConnections;
  beforeEach(() => {
    connections = new LiveConnections({ MAX_SOCKETS_PER_SESSION: 2 });
  });

  const signedIn = (sessionId: string, userId = 'vera') =>
    ({ signedIn: { sessionId, user: { id: userId } }, liveKey: null }) as unknown as Listener;
  const withKey = (id: string, ownerId = id): Listener => ({ signedIn: null, liveKey: { id, ownerId } });
  const open = (who: Listener | null, address = '192.0.2.1') => {
    const connection = new FakeConnection();
    connections.noteHolder(connection.request, { address, listener: who });
    connections.add(connection);
    connections.noteSocket(connection.socket());
    return connection;
  };
  const openOnes = (all: FakeConnection[]) => all.map(({ isOpen }) => isOpen);

  it('ends the oldest connection of a session that has too many, and says why', () => {
    const other = open(signedIn('other'));
    const all = Array.from({ length: 4 }, () => open(signedIn('s')));
    expect(openOnes([other, ...all])).toEqual([true, false, false, true, true]);
    expect(all[0]?.told).toEqual([['displaced', { limit: 2 }]]);
    expect(connections.displaced).toBe(2);
  });

  it('has room again when a connection has ended', () => {
    const [first, second] = [open(signedIn('s')), open(signedIn('s'))];
    second.close();
    open(signedIn('s'));
    expect(first.isOpen).toBe(true);
  });

  it('limits a user over all sessions to ten times as many', () => {
    const all = Array.from({ length: 21 }, (_, n) => open(signedIn(`session ${n}`)));
    const another = open(signedIn('of somebody else', 'ann'));
    expect(openOnes(all)).toEqual([false, ...Array<boolean>(20).fill(true)]);
    expect(another.isOpen).toBe(true);
  });

  it('limits an address like a user while nobody signs in, an IPv6 address by its network', () => {
    const all = Array.from({ length: 21 }, (_, n) => open(null, `2001:db8:1:2::${n + 1}`));
    expect(openOnes(all)).toEqual([false, ...Array<boolean>(20).fill(true)]);
  });

  it('ends the connections of a session that has ended, those without a socket as well', () => {
    const bare = new FakeConnection();
    connections.noteHolder(bare.request, { address: '', listener: signedIn('s') });
    connections.add(bare);
    const [withSocket, other] = [open(signedIn('s')), open(signedIn('other'))];
    connections.closeWhere((one) => one.signedIn?.sessionId === 's');
    expect(openOnes([bare, withSocket, other])).toEqual([false, false, true]);
    expect(connections.sessions().map(({ sessionId }) => sessionId)).toEqual(['other']);
  });

  it('limits a key like a session, and the owner of keys like a user', () => {
    const of = Array.from({ length: 3 }, () => open(withKey('k')));
    expect(openOnes(of)).toEqual([false, true, true]);
    expect(of[0]?.told).toEqual([['displaced', { limit: 2 }]]);
    const all = Array.from({ length: 20 }, (_, n) => open(withKey(`key ${n}`, 'owner')));
    const newest = open(withKey('another key', 'owner'));
    expect(openOnes(all)).toEqual([false, ...Array<boolean>(19).fill(true)]);
    expect(connections.sharerOf(newest.request)).toBe('owner owner');
    expect(openOnes(of)).toEqual([false, true, true]);
  });

  it('ends the connections of a key that has ended, and no others', () => {
    const all = [open(withKey('ended')), open(withKey('valid')), open(signedIn('s')), open(null)];
    connections.closeWhere(({ liveKey }) => liveKey?.id === 'ended');
    expect(openOnes(all)).toEqual([false, true, true, true]);
  });

  it('ends a connection whose handshake was never checked', () => {
    const connection = new FakeConnection();
    connections.add(connection);
    expect(connection.isOpen).toBe(false);
  });

  it('accepts one socket per connection', () => {
    const connection = open(signedIn('s'));
    expect(connections.noteSocket(connection.socket())).toBe(false);
  });
});
