import type { IncomingMessage } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { TrackedResponse } from '../http/connections/tracked-response';
import { DEVICE_HEADERS } from '../http/security-headers';
import type { AllowedHosts } from '../access/allowed-hosts';
import { InstanceLink } from './instance-link';
import { refuseHandshake, SocketGuard } from '../access/socket-guard';

/** How long a client has from the handshake to Socket.IO's CONNECT, which clients send at once. */
const CONNECT_LIMIT_MS = 10_000;

/**
 * A Socket.IO that refuses requests for other hosts, checks every handshake, and links the instances with each other.
 */
export class GuardedIoAdapter extends IoAdapter {
  private readonly guard: SocketGuard;
  private readonly link: InstanceLink;

  constructor(
    app: INestApplicationContext,
    private readonly hosts: AllowedHosts,
  ) {
    super(app);
    this.guard = app.get(SocketGuard, { strict: false });
    this.link = app.get(InstanceLink, { strict: false });
  }

  override createIOServer(
    ...[port, options]: Parameters<IoAdapter['createIOServer']>
  ): ReturnType<IoAdapter['createIOServer']> {
    const { allowRequest } = this.guard;
    const server = super.createIOServer(
      port,
      Object.assign({}, options, { allowRequest, connectTimeout: CONNECT_LIMIT_MS }),
    );
    // This sees every request of the socket and not only its handshake; Engine.IO answers them before Fastify hears of
    // them.
    server.engine.use((request: IncomingMessage, _: unknown, next: () => void) => {
      const refusal = this.hosts.refusalOf(request);
      if (refusal !== null) {
        refuseHandshake(request, refusal);
        return;
      }
      const { res } = request as IncomingMessage & { res?: unknown };
      if (res instanceof TrackedResponse) res.arrivingBody?.invite();
      next();
    });
    server.engine.on('headers', (headers: Record<string, string>) => {
      Object.assign(headers, DEVICE_HEADERS);
    });
    server.adapter(this.link.adapter);
    server.use(this.guard.onConnect);
    this.guard.watch(server);
    return server;
  }
}
