import { once } from 'node:events';
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { eventually } from '@drivewatch/testing';
import { ArrivingBodies } from '../arriving-body';
import { newestAnswer, TrackedResponse, trackedResponses } from './tracked-response';

describe(TrackedResponse.name, () => {
  let server: Server;
  const agent = new Agent({ keepAlive: true });

  afterEach(() => {
    agent.destroy();
    server.close();
  });

  it('leaves nothing of a request on its connection but what it announced', async () => {
    const seen: { socket: Socket; whileOpen: unknown }[] = [];
    server = createServer({ ServerResponse: trackedResponses(new ArrivingBodies()) }, (asked, answer) => {
      seen.push({ socket: asked.socket, whileOpen: newestAnswer(asked.socket) });
      asked.resume().on('end', () => answer.end('taken'));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const asking = request({
      host: '127.0.0.1',
      port,
      method: 'POST',
      agent,
      headers: { 'Content-Length': 2 },
    });
    const [answer] = (await once(asking.end('{}'), 'response')) as [NodeJS.ReadableStream];
    await once(answer.resume(), 'end');
    const [{ socket, whileOpen } = { socket: undefined, whileOpen: undefined }] = seen;
    expect(whileOpen).toBeInstanceOf(TrackedResponse);
    await eventually(() => {
      expect(socket && newestAnswer(socket)).toEqual({ contentLength: '2', transferEncoding: undefined });
    });
    expect(socket?.destroyed).toBe(false);
  });
});
