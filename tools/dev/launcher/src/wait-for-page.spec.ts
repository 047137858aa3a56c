import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitForPage } from './wait-for-page';

describe(waitForPage.name, () => {
  let server: Server;
  let url: string;
  let answers: number[];
  beforeEach(async () => {
    server = createServer((_request, response) => response.writeHead(answers.shift() ?? 503).end()).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterEach(() => {
    server.close();
  });

  it('asks until the answer is 200', async () => {
    answers = [503, 404, 200, 200];
    await waitForPage(url, new AbortController().signal);
    expect(answers).toEqual([200]);
  });

  it('says what the last answer was when the time is up', async () => {
    answers = [];
    await expect(waitForPage(url, new AbortController().signal, 0)).rejects.toThrow('(last: 503)');
  });

  it('ends when it is aborted, between two attempts too, for the reason given', async () => {
    answers = [];
    const stop = new AbortController();
    const waiting = waitForPage(url, stop.signal);
    server.once('request', (_request, response) => {
      response.once('close', () => {
        setImmediate(() => {
          stop.abort(new Error('Ctrl-C'));
        });
      });
    });
    await expect(waiting).rejects.toThrow('Ctrl-C');
  });
});
