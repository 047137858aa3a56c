import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { DEVICE_HEADERS } from '../http/security-headers';
import { InstanceLink } from './instance-link';
import { SocketGuard } from './socket-guard';

/** Socket.IO whose every handshake is checked, and whose instances hear each other. */
export class GuardedIoAdapter extends IoAdapter {
  private readonly guard: SocketGuard;
  private readonly link: InstanceLink;

  constructor(app: INestApplicationContext) {
    super(app);
    this.guard = app.get(SocketGuard, { strict: false });
    this.link = app.get(InstanceLink, { strict: false });
  }

  override createIOServer(
    ...[port, options]: Parameters<IoAdapter['createIOServer']>
  ): ReturnType<IoAdapter['createIOServer']> {
    const { allowRequest } = this.guard;
    const server = super.createIOServer(port, Object.assign({}, options, { allowRequest }));
    server.engine.on('headers', (headers: Record<string, string>) => {
      Object.assign(headers, DEVICE_HEADERS);
    });
    server.adapter(this.link.adapter);
    this.guard.watch(server);
    return server;
  }
}
