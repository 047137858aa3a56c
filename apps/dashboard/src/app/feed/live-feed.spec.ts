import { TestBed } from '@angular/core/testing';
import { LiveFeed } from './live-feed';
import { anAlert, type FakeLiveSocket, provideFakeSocket, T0 } from './live-socket.fake';

const speeds = (...xs: number[]) => ({ a: { name: 'a', data: xs.map((x) => ({ x, y: 50 })) } });

describe('LiveFeed', () => {
  let socket: FakeLiveSocket;
  let feed: LiveFeed;
  const heldTimes = () =>
    feed
      .tracks()
      .get('a')
      ?.points.map(({ x }) => x);

  beforeEach(() => {
    jest.useFakeTimers();
    socket = provideFakeSocket();
    feed = TestBed.inject(LiveFeed);
  });
  afterEach(() => {
    TestBed.resetTestingModule();
    jest.useRealTimers();
  });

  it('is live once the whole picture has arrived, and not before', () => {
    socket.server.connected();
    socket.server.welcome({ timeZone: 'Asia/Shanghai', tickSeconds: 30, serverTimeMs: T0 });
    socket.server.alerts({ active: [], past: [], lastAlertId: 0 });
    expect(feed.connection()).toBe('connecting');
    socket.data('snapshot', {});
    expect(feed.connection()).toBe('live');
  });

  it('hands back the cursor of the last data it saw', () => {
    expect(socket.handshake()).toEqual({});
    socket.greet([], speeds(1), { cursor: 'c1' });
    socket.data('tick', speeds(2), { cursor: 'c2' });
    expect(socket.handshake()).toEqual({ cursor: 'c2', lastAlertId: 0 });
  });

  it('hands back the last change it saw, and takes each change once, whichever instance sends it', () => {
    socket.greet([], {}, {}, 6);
    socket.start('a', T0, 7);
    socket.end('a', T0 + 5_000, 8);
    expect(socket.handshake()).toMatchObject({ lastAlertId: 8 });
    socket.server.disconnected();
    socket.server.connected();
    socket.start('a', T0, 7);
    socket.start('b', T0 + 9_000, 9);
    expect(feed.alerts().active.map(({ driverId }) => driverId)).toEqual(['b']);
    expect(feed.alerts().past).toHaveLength(1);
  });

  it('marks an alert as unconfirmed until the driver is heard of', () => {
    socket.greet([anAlert('a')]);
    socket.unconfirm('a', T0 + 60_000);
    expect(feed.alerts().active).toEqual([{ ...anAlert('a'), unconfirmedSinceMs: T0 + 60_000 }]);
    socket.confirm('a', T0 + 70_000);
    expect(feed.alerts().active).toEqual([anAlert('a')]);
  });

  it('adds what it missed after a reconnect to what it held', () => {
    socket.greet([], speeds(1, 2));
    socket.server.disconnected();
    expect(feed.connection()).toBe('offline');
    socket.server.connected();
    socket.data('catch-up', speeds(3));
    socket.data('tick', speeds(4));
    expect(heldTimes()).toEqual([1, 2, 3, 4]);
  });

  it('removes a removed driver until the driver sends again', () => {
    socket.greet([], { ...speeds(1), b: { name: 'b', data: [{ x: 1, y: 50 }] } });
    socket.server.driversRemoved({ drivers: ['a', 'unknown'] });
    expect([...feed.tracks().keys()]).toEqual(['b']);
    socket.data('tick', speeds(2));
    expect(heldTimes()).toEqual([2]);
  });

  it('starts over from a snapshot, as after a restart of the server', () => {
    socket.greet([], speeds(1, 2));
    socket.server.disconnected();
    socket.greet([], speeds(2, 3));
    expect(heldTimes()).toEqual([2, 3]);
  });

  it('counts an alert once although the server tells it twice on connect', () => {
    socket.greet([anAlert('a'), anAlert('b')]);
    expect(feed.alerts().active.map(({ driverId }) => driverId)).toEqual(['a', 'b']);
  });

  it('replaces its alerts by those of the server after a reconnect', () => {
    socket.greet([anAlert('a')]);
    socket.server.disconnected();
    socket.greet([]);
    expect(feed.alerts().active).toEqual([]);
  });

  it('moves an alert to the past when its driver stops', () => {
    socket.greet();
    socket.start('a', T0);
    socket.end('a', T0 + 5_000);
    expect(feed.alerts().active).toEqual([]);
    expect(feed.alerts().past).toEqual([{ ...anAlert('a'), endedAtMs: T0 + 5_000 }]);
  });

  it('marks the end of an alert whose records broke off as unknown', () => {
    socket.greet([anAlert('a'), anAlert('b')]);
    socket.endUnknown('a', T0 + 27_000);
    socket.end('b', T0 + 30_000);
    expect(feed.alerts().active).toEqual([]);
    expect(feed.alerts().past).toEqual([
      { ...anAlert('b'), endedAtMs: T0 + 30_000 },
      { ...anAlert('a'), endedAtMs: T0 + 27_000, endUnknown: true },
    ]);
  });

  it('connects again when the server closed the connection for good', () => {
    expect(socket.connects).toBe(1);
    socket.active = false;
    socket.server.disconnected();
    jest.advanceTimersByTime(2_000);
    expect(socket.connects).toBe(2);
  });

  it('does not come back by itself when newer pages of the session took its place', () => {
    socket.greet([], speeds(1));
    socket.server.displaced({ limit: 20 });
    expect(socket.closed).toBe(true);
    socket.active = false;
    socket.server.disconnected();
    jest.advanceTimersByTime(60_000);
    expect(feed.connection()).toBe('displaced');
    expect(socket.connects).toBe(1);
    expect(heldTimes()).toEqual([1]);
  });

  it('leaves reconnecting to the socket while the socket tries by itself', () => {
    socket.server.disconnected();
    jest.advanceTimersByTime(60_000);
    expect(socket.connects).toBe(1);
  });

  it('follows the clock of the server, not its own', () => {
    socket.greet();
    socket.server.welcome({ timeZone: 'UTC', tickSeconds: 30, serverTimeMs: T0 });
    jest.advanceTimersByTime(10_000);
    expect(feed.asOfMs()).toBe(T0 + 10_000);
  });

  it('lets time stand still at the last data while it is offline', () => {
    socket.server.welcome({ timeZone: 'UTC', tickSeconds: 30, serverTimeMs: T0 });
    socket.data('snapshot', {});
    socket.server.disconnected();
    jest.advanceTimersByTime(600_000);
    expect(feed.asOfMs()).toBe(T0);
    expect(feed.lastDataMs()).toBe(T0);
  });
});
