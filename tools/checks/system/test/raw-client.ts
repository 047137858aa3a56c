import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** Reached only by something that hangs. */
const LIMIT_MS = 120_000;

/** A connection on which a test decides what is sent, byte by byte, and when. */
export class RawClient {
  private received = '';
  private isClosed = false;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => (this.received += chunk.toString()));
    // A connection that is cut while something is being sent is what such a test expects.
    socket.on('error', () => undefined);
    socket.on('close', () => (this.isClosed = true));
  }

  /** @param staysOpen whether this side stays open when the server ends its own */
  static async connect(url: string, { staysOpen = false } = {}): Promise<RawClient> {
    const { hostname, port } = new URL(url);
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: staysOpen });
    const client = new RawClient(socket);
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return client;
  }

  /** Begins to post. @param length value of Content-Length; the body is chunked without it */
  postHead(contentType: string, length?: number): void {
    const body = length === undefined ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`;
    this.write(
      `POST /addData HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${contentType}\r\n${body}\r\n\r\n`,
    );
  }

  write(text: string): void {
    if (!this.socket.destroyed) this.socket.write(text);
  }

  /** Writes again and again, until the server has cut the connection or `isOver` returns true. */
  async trickle(text: string, everyMs: number, isOver: () => boolean = () => false): Promise<void> {
    const end = performance.now() + LIMIT_MS;
    while (!this.isClosed && !isOver()) {
      if (performance.now() > end) throw new Error(`The server still listens; received: ${this.received}`);
      this.write(text);
      await wait(everyMs);
    }
  }

  /** Resolves with the status of the answer, as soon as there is one. */
  async status(): Promise<number> {
    await this.until(() => /^HTTP\/1\.1 \d{3}/.test(this.received));
    return Number(this.received.slice(9, 12));
  }

  /** What has been received. */
  get text(): string {
    return this.received;
  }

  /** Resolves once the server has ended the connection. */
  async closed(): Promise<void> {
    await this.until(() => this.isClosed);
  }

  destroy(): void {
    this.socket.destroy();
  }

  private async until(reached: () => boolean): Promise<void> {
    const end = performance.now() + LIMIT_MS;
    while (!reached()) {
      if (performance.now() > end) throw new Error(`Nothing came; received: ${this.received}`);
      await wait(2);
    }
  }
}
