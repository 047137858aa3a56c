import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { PortUnavailableError, requireFreePort } from './port-check';

describe(requireFreePort.name, () => {
  let other: Server;
  let port: number;
  beforeEach(async () => {
    other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    port = (other.address() as AddressInfo).port;
  });
  afterEach(() => {
    other.close();
  });

  it('names a taken port and the variable to change', async () => {
    const check = requireFreePort('127.0.0.1', port);
    await expect(check).rejects.toThrow(PortUnavailableError);
    await expect(check).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is taken by another program; stop it or set PORT, e.g. PORT=${port + 1} npm start`,
    );
  });

  it('passes once the other program is gone, and leaves the port free', async () => {
    other.close();
    await once(other, 'close');
    await requireFreePort('127.0.0.1', port);
    await requireFreePort('127.0.0.1', port);
  });

  it('waits for a program that is about to release it', async () => {
    const check = requireFreePort('127.0.0.1', port, 60_000);
    other.close();
    await check;
  });

  it('names HOST when the address is none of this machine', async () => {
    await expect(requireFreePort('192.0.2.1', port)).rejects.toThrow(/set HOST/);
  });

  it('refuses PORT=0, which would leave no URL to print', async () => {
    await expect(requireFreePort('127.0.0.1', 0)).rejects.toThrow(/PORT=0/);
  });
});
