import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A code that no present document has. */
export const LATER_CODE = 'A_CODE_OF_A_LATER_VERSION';

const FURTHER = { addedLater: { count: 1, firstIndex: 0 } };
const WARNINGS = [
  { code: 'A_WARNING_OF_LATER', field: 'Time', count: 1, firstIndex: 0, message: 'is odd', ...FURTHER },
];
const ERRORS = [{ field: 'Time', message: 'is of a kind that comes later', ...FURTHER }];

/** A stand-in for a server of a later version, whose answers have further members and other codes. */
export interface LaterServer {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

export async function startLaterServer(): Promise<LaterServer> {
  const server = createServer((request, response) => {
    void answerTo(request).then(({ status, type = 'application/json', body }) => {
      response.writeHead(status, { 'Content-Type': type, Connection: 'close' });
      response.end(JSON.stringify({ ...body, ...FURTHER }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}

/** Takes one record with an id, and all of a batch but the second; what else there is, is refused. */
async function answerTo(request: IncomingMessage): Promise<{ status: number; type?: string; body: object }> {
  if (request.method === 'GET') {
    const checks = { redis: { status: 'up', ...FURTHER }, later: { status: 'of a later version' } };
    return { status: 200, body: { status: 'ok', checks } };
  }
  const sent = (await json(request)) as unknown[] | { recordId?: string };
  if (Array.isArray(sent)) {
    const rejected = [{ index: 1, code: LATER_CODE, errors: ERRORS, ...FURTHER }];
    return {
      status: 202,
      body: { accepted: sent.length - 1, rejected, rejectedCount: 1, warnings: WARNINGS },
    };
  }
  if (sent.recordId !== undefined)
    return { status: 202, body: { accepted: 1, rejected: [], rejectedCount: 0, ids: [sent.recordId] } };
  const problem = { type: 'about:blank', title: 'Later', status: 422, detail: 'It says what.' };
  const body = { ...problem, code: LATER_CODE, errors: ERRORS };
  return { status: 422, type: 'application/problem+json', body };
}
