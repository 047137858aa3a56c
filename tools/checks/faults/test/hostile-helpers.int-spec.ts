import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { eventually } from '@drivewatch/testing';
import { ProcessMemory } from '../src/hostile/process-memory';
import { RawConnections } from '../src/hostile/raw-connections';

const MIB = 2 ** 20;

describe('connections that keep to no protocol', () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    sockets.push(socket);
  });
  let connections: RawConnections;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    connections = new RawConnections(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterAll(() => {
    connections.cut();
    server.close();
  });

  it('stay open until the server closes them, in whatever way', async () => {
    await connections.open({ count: 4, bytes: 'POST /addData HTTP/1.1\r\n' });
    await eventually(() => {
      expect(sockets).toHaveLength(4);
    });
    expect(connections.closed).toBe(0);
    sockets[0]?.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
    sockets[1]?.resetAndDestroy();
    await eventually(() => {
      expect(connections.closed).toBe(2);
    });
    expect(connections.statuses).toEqual(
      new Map([
        [401, 1],
        [0, 3],
      ]),
    );
  });

  it('count as closed when the server does not let them in', async () => {
    const refused = new RawConnections('http://127.0.0.1:9');
    await refused.open({ count: 2 });
    expect(refused.closed).toBe(2);
  });
});

describe(ProcessMemory, () => {
  it('sees what a process has held since then, even if it has been freed', () => {
    const memory = new ProcessMemory(process.pid);
    // The buffer is filled, since the kernel counts only pages that are used.
    expect(Buffer.alloc(64 * MIB, 1).length).toBe(64 * MIB);
    expect(memory.riseBytes).toBeGreaterThan(48 * MIB);
    // This is read first: what is held may rise between the two reads.
    const { nowBytes } = memory;
    expect(memory.peakBytes).toBeGreaterThanOrEqual(nowBytes);
  });
});
