import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Random } from '@drivewatch/testing/random';
import { eventually } from '@drivewatch/testing';
import { FaultyLink } from '../src/disturb/faulty-link';

/** A reset comes earlier than this, however busy the machine is. */
const ANSWER_MS = 100;

describe('the link between devices and API (TCP over loopback)', () => {
  let api: Server;
  let link: FaultyLink;
  let requests: string[];
  beforeEach(async () => {
    requests = [];
    api = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (body: string) => requests.push(body));
      request.on('end', () => setTimeout(() => response.end('taken'), ANSWER_MS));
    });
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
    link = await FaultyLink.to(`http://127.0.0.1:${(api.address() as AddressInfo).port}`, new Random(1));
  });
  afterEach(async () => {
    await link.close();
    api.closeAllConnections();
    await new Promise((resolve) => api.close(resolve));
  });

  const post = async (body = 'record'): Promise<string> => {
    const response = await fetch(link.url, { method: 'POST', body });
    return response.text();
  };

  /**
   * Posts a body that the link should keep from ending until the link closes.
   *
   * @returns whether the request has ended nevertheless
   */
  async function postInVain(body: string): Promise<() => boolean> {
    let hasEnded = false;
    void post(body).then(
      () => (hasEnded = true),
      () => (hasEnded = true),
    );
    await eventually(() => expect(link.struck).toBe(1));
    return () => hasEnded;
  }

  it('passes everything until it is told otherwise, and again when it is healed', async () => {
    await expect(post()).resolves.toBe('taken');
    link.disturb({ kind: 'reset', share: 1, maxMs: 0 });
    await expect(post()).rejects.toThrow();
    link.heal();
    await expect(post()).resolves.toBe('taken');
    expect(link.struck).toBeGreaterThan(0);
  });

  it('delays requests and answers', async () => {
    link.disturb({ kind: 'delay', maxMs: 200 });
    const answers = await Promise.all(Array.from({ length: 8 }, () => post()));
    expect(answers).toEqual(Array.from({ length: 8 }, () => 'taken'));
    expect(link.struck).toBeGreaterThanOrEqual(16);
  });

  it('lets delayed requests arrive after those sent later', async () => {
    link.disturb({ kind: 'delay', maxMs: 3_600_000 });
    const hasEnded = await postInVain('late');
    link.heal();
    await expect(post('in time')).resolves.toBe('taken');
    expect(requests).toEqual(['in time']);
    expect(hasEnded()).toBe(false);
  });

  it('lets the API have the request whose answer it swallows', async () => {
    link.disturb({ kind: 'swallow', share: 1 });
    const hasEnded = await postInVain('heard');
    link.heal();
    // The API takes equally long for each answer, so by now it has given the first one.
    await expect(post('answered')).resolves.toBe('taken');
    expect(requests).toEqual(['heard', 'answered']);
    expect(hasEnded()).toBe(false);
  });

  it('ends connections when the API is not there', async () => {
    api.closeAllConnections();
    await new Promise((resolve) => api.close(resolve));
    await expect(post()).rejects.toThrow('fetch failed');
  });
});
