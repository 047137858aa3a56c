import type { ApiConfig } from '@drivewatch/config';
import type {
  AlertPicture,
  ClientToServerEvents,
  OverspeedChange,
  OverspeedEvent,
  OverspeedEventMeta,
  ServerToClientEvents,
} from '@drivewatch/contracts';
import type { FleetClock } from '@drivewatch/fleet-time';
import type { Tick } from '@drivewatch/persistence';
import { BeforeApplicationShutdown, Inject, Logger } from '@nestjs/common';
import {
  type OnGatewayConnection,
  type OnGatewayInit,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets';
import type { Server, Socket } from 'socket.io';
import { API_CONFIG, FLEET_CLOCK } from '../config.module';
import { LiveMetrics } from '../operations/live-metrics';
import { LiveSpeedsService } from './live-speeds.service';
import { SlowClients } from './slow-clients';

type LiveServer = Server<ClientToServerEvents, ServerToClientEvents>;
type LiveSocket = Socket<ClientToServerEvents, ServerToClientEvents>;

/** Pages that have had their snapshot or catch-up; ticks go to them only, so that no page sees a gap or a double. */
const CURRENT_ROOM = 'current';
/** How often pages that take in nothing are looked for. */
const SWEEP_EVERY_MS = 1_000;

/** The dashboards' socket, on the API's port and Socket.IO's default path. Translates, decides nothing. */
@WebSocketGateway({ serveClient: false, maxHttpBufferSize: 10_000 })
export class LiveGateway implements OnGatewayInit, OnGatewayConnection, BeforeApplicationShutdown {
  private readonly logger = new Logger(LiveGateway.name);
  @WebSocketServer() private readonly server!: LiveServer;
  private readonly slowClients = new SlowClients((unsentBytes) => {
    this.metrics.countDropped();
    this.logger.warn(`A page did not take in ${unsentBytes} bytes; its connection was ended`);
  });
  private sweeping: NodeJS.Timeout | null = null;
  private alerts: () => AlertPicture = () => ({ active: [], past: [] });

  constructor(
    private readonly speeds: LiveSpeedsService,
    private readonly metrics: LiveMetrics,
    @Inject(API_CONFIG) private readonly config: ApiConfig,
    @Inject(FLEET_CLOCK) private readonly clock: FleetClock,
  ) {}

  afterInit(): void {
    const { sockets } = this.server.sockets;
    this.metrics.watchClients(() => sockets.size);
    this.sweeping = setInterval(() => this.slowClients.sweep(sockets.values()), SWEEP_EVERY_MS);
  }

  beforeApplicationShutdown(): void {
    if (this.sweeping !== null) clearInterval(this.sweeping);
  }

  /** @param picture what a page that connects is told about alerts */
  serveAlerts(picture: () => AlertPicture): void {
    this.alerts = picture;
  }

  /** Sends the current picture, in the order that `ServerToClientEvents` promises. */
  handleConnection(socket: LiveSocket): void {
    socket.emit('welcome', {
      timeZone: this.config.FLEET_TIME_ZONE,
      tickSeconds: this.config.TICK_SECONDS,
      serverTimeMs: Date.now(),
    });
    const alerts = this.alerts();
    socket.emit('alerts', alerts);
    for (const { driverID, carPlateNumber, startedAtMs } of alerts.active) {
      socket.emit('overspeeding', ...this.overspeedEvent({ driverID, carPlateNumber, atMs: startedAtMs }));
    }
    this.sendSpeeds(socket).catch((error: unknown) => {
      this.logger.error(`A page could not be sent the current speeds: ${String(error)}`);
      socket.disconnect(true);
    });
  }

  /** Ends every page's connection in a way that makes it connect again, to another instance. */
  closeConnections(): void {
    this.server.engine.close();
  }

  /** One tick, the same for every page; other instances send it to theirs. */
  sendTick(tick: Tick): void {
    const { speeds, drivers } = this.speeds.apply(tick);
    this.slowClients.sendTick(this.server.sockets.sockets.values(), () => {
      this.server.local.to(CURRENT_ROOM).emit('data', speeds, { kind: 'tick', cursor: tick.cursor, drivers });
    });
    this.metrics.countTick(tick.speeds.length);
  }

  sendOverspeedChange(change: OverspeedChange): void {
    const event = this.overspeedEvent(change);
    this.server.emit(change.kind === 'started' ? 'overspeeding' : 'overspeedEnd', ...event);
  }

  /** The whole picture again, to every page. */
  sendAlerts(): void {
    this.server.emit('alerts', this.alerts());
  }

  private async sendSpeeds(socket: LiveSocket): Promise<void> {
    const { cursor } = socket.handshake.auth as { cursor?: unknown };
    const { speeds, meta } = await this.speeds.forConnecting(typeof cursor === 'string' ? cursor : null);
    // Nothing awaits between here and the room: a tick is either in what is sent, or comes through the room.
    this.slowClients.sendSnapshot(socket, () => socket.emit('data', speeds, meta));
    void socket.join(CURRENT_ROOM);
  }

  private overspeedEvent(change: Omit<OverspeedChange, 'kind'>): [OverspeedEvent, OverspeedEventMeta] {
    const { driverID, carPlateNumber, atMs } = change;
    return [
      { driverID, Time: this.clock.toWallTime(atMs) },
      { carPlateNumber, atMs },
    ];
  }
}
