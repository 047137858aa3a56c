import { connect, type Socket } from 'node:net';
import { startStack } from '@drivewatch/testing';
import { median } from '../figures';
import type { Load } from './load';

const SLOW_CONNECTIONS = 2_000;
const CONNECTIONS = 64;
const BYTE_EVERY_MS = 2_000;
const P99_LIMIT = 2;

/**
 * Measures the p99 of ordinary devices while 2,000 connections send a byte now and then (slow loris), against without
 * them.
 */
export async function measureSlowSenders(load: Load, rounds: number, seconds: number): Promise<void> {
  const stack = await startStack({ isDurable: true, consumers: 0, tickSeconds: 3600 });
  try {
    const ratios: number[] = [];
    const cut: number[] = [];
    await load.run(stack.url, CONNECTIONS, seconds);
    for (let round = 0; round < rounds; round += 1) {
      const alone = await load.run(stack.url, CONNECTIONS, seconds);
      const senders = SlowSenders.start(new URL(stack.url));
      await senders.connected;
      const beside = await load.run(stack.url, CONNECTIONS, seconds);
      senders.stop();
      ratios.push(beside.p99Ms / alone.p99Ms);
      cut.push(senders.timesCut);
      await stack.queue().drain();
    }
    const ratio = median(ratios);
    console.log(
      `\np99 beside ${SLOW_CONNECTIONS} slow connections / without: ${ratio.toFixed(2)}× ` +
        `(to stay below ${P99_LIMIT}×: ${ratio < P99_LIMIT ? 'reached' : 'NOT reached'}); ` +
        `connections cut meanwhile: ${median(cut)}`,
    );
  } finally {
    await stack.stop();
  }
}

/** Connections that never finish a request; each is reopened when it is cut. */
class SlowSenders {
  timesCut = 0;
  readonly connected: Promise<unknown>;
  private readonly sockets = new Set<Socket>();
  private readonly timer: NodeJS.Timeout;
  private stopped = false;

  private constructor(private readonly url: URL) {
    this.connected = Promise.all(Array.from({ length: SLOW_CONNECTIONS }, () => this.open()));
    this.timer = setInterval(() => {
      for (const socket of this.sockets) socket.write('x');
    }, BYTE_EVERY_MS);
  }

  static start(url: URL): SlowSenders {
    return new SlowSenders(url);
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
    for (const socket of this.sockets) socket.destroy();
  }

  private open(): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect(Number(this.url.port), this.url.hostname, () => {
        socket.write('POST /addData HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
        resolve();
      });
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        resolve();
        if (this.stopped) return;
        this.timesCut += 1;
        void this.open();
      });
      socket.resume();
    });
  }
}
