import type { IncomingMessage } from 'node:http';
import { apiEnvSchema, parseEnv } from '@drivewatch/config';
import type { DashboardUsers } from './dashboard-users';
import type { DeviceKeyRing } from './device-key-ring';
import type { LiveConnection } from './live-connection';
import { LiveConnections } from './live-connections';
import type { Listener, LiveListeners } from './live-listeners';
import { RequestLimits } from './request-limits';
import type { Sessions } from './sessions';
import { SocketGuard } from './socket-guard';

const config = parseEnv(apiEnvSchema, {
  DATABASE_URL: 'postgres://localhost/none',
  REDIS_URL: 'redis://localhost:1',
});

describe(SocketGuard.name, () => {
  it('closes what a revoked key has opened, even while Redis cannot say which sessions have ended', async () => {
    const connections = new LiveConnections(config);
    const guard = new SocketGuard(
      { store: { ended: () => Promise.reject(new Error('Redis is away')) } } as unknown as Sessions,
      {} as DashboardUsers,
      { endOf: ({ id }) => (id === 'revoked' ? 'revoked' : null) } as Pick<
        DeviceKeyRing,
        'endOf'
      > as DeviceKeyRing,
      {} as LiveListeners,
      new RequestLimits(config),
      connections,
      config,
    );
    const closed: string[] = [];
    for (const id of ['revoked', 'valid']) {
      const connection: LiveConnection = {
        request: {} as IncomingMessage,
        transport: {},
        close: () => closed.push(id),
        once: () => undefined,
      };
      const listener: Listener = { signedIn: null, liveKey: { id, ownerId: id } };
      connections.noteHolder(connection.request, { address: '', listener });
      connections.add(connection);
    }
    await expect(guard.dropEnded()).rejects.toThrow('Redis is away');
    expect(closed).toEqual(['revoked']);
  });
});
