import type { EventEmitter } from 'node:events';
import { once } from 'node:events';
import type { Socket as NetSocket } from 'node:net';
import { eventually, insertRecords, type Stack, startStack } from '@drivewatch/testing';
import { io, type Socket } from 'socket.io-client';
import { LiveClient } from './live-client';
import { metricsOf } from './metrics-of';

/**
 * Records that make a little less than the 1 MiB that a page may leave unread, so that a page that reads late on a busy
 * machine is never dropped; a few times as many also fill what the kernel buffers for a page.
 */
const SOME = 5_000;
/** Records that make some 4 MB, which a page has until the next tick to read. */
const MANY = 25_000;
/** Only a page that hangs has not read a tick by the next one, however busy the machine is. */
const TICK_SECONDS = 10;

describe('a page that does not read', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ consumers: 0, tickSeconds: TICK_SECONDS });
  });
  afterAll(() => stack.stop());

  /** Inserts records straight into the table, each of a different driver. */
  const store = (count: number) =>
    stack.query(
      insertRecords({
        driverId: `rpad('driver' || n, 64, '.')`,
        speedKmh: 'n % 120',
        recordedAt: `now() - n * interval '1 ms'`,
      }),
      [count],
    );

  it('is dropped once more than it may leave unread waits for it, while the others get everything', async () => {
    const reading = await LiveClient.connect(stack.url);
    const stuck: Socket = io(stack.url, { transports: ['websocket'], reconnection: false, forceNew: true });
    await once(stuck as unknown as EventEmitter, 'data');
    const { ws } = stuck.io.engine.transport as unknown as { ws: { _socket: NetSocket } };
    ws._socket.pause();
    await eventually(async () =>
      expect((await metricsOf(stack.url)).get('drivewatch_connected_clients')).toBe(2),
    );

    // A tick contains each driver once here.
    const received = () => reading.ticks.reduce((sum, speeds) => sum + Object.keys(speeds).length, 0);
    let stored = 0;
    await eventually(async () => {
      // More is sent only once this page has everything.
      expect(received()).toBe(stored);
      const metrics = await metricsOf(stack.url);
      if (metrics.get('drivewatch_slow_clients_dropped_total') === 0) {
        await store(SOME);
        stored += SOME;
      }
      expect(metrics.get('drivewatch_slow_clients_dropped_total')).toBe(1);
      expect(metrics.get('drivewatch_connected_clients')).toBe(1);
    });
    expect(stack.api().output).toMatch(/A page did not read \d+ bytes; its connection was ended/);
    await store(MANY);
    await eventually(() => expect(received()).toBe(stored + MANY));
    const ticks = reading.ticks.length;
    await eventually(() => expect(reading.ticks.length).toBeGreaterThan(ticks));
    const metrics = await metricsOf(stack.url);
    expect(metrics.get('drivewatch_slow_clients_dropped_total')).toBe(1);
    expect(metrics.get('drivewatch_connected_clients')).toBe(1);
    reading.close();
    ws._socket.destroy();
    stuck.close();
  });
});
