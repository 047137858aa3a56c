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
import { Inject, Logger } from '@nestjs/common';
import { type OnGatewayConnection, WebSocketGateway, WebSocketServer } from '@nestjs/websockets';
import type { Server, Socket } from 'socket.io';
import { API_CONFIG, FLEET_CLOCK } from '../config.module';
import { LiveSpeedsService } from './live-speeds.service';

type LiveServer = Server<ClientToServerEvents, ServerToClientEvents>;
type LiveSocket = Socket<ClientToServerEvents, ServerToClientEvents>;

/** Pages that have had their snapshot or catch-up; ticks go to them only, so that no page sees a gap or a double. */
const CURRENT_ROOM = 'current';

/** The dashboards' socket, on the API's port and Socket.IO's default path. Translates, decides nothing. */
@WebSocketGateway({ serveClient: false, maxHttpBufferSize: 10_000 })
export class LiveGateway implements OnGatewayConnection {
  private readonly logger = new Logger(LiveGateway.name);
  @WebSocketServer() private readonly server!: LiveServer;
  private alerts: () => AlertPicture = () => ({ active: [], past: [] });

  constructor(
    private readonly speeds: LiveSpeedsService,
    @Inject(API_CONFIG) private readonly config: ApiConfig,
    @Inject(FLEET_CLOCK) private readonly clock: FleetClock,
  ) {}

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

  /** One tick, the same for every page. */
  sendTick(tick: Tick): void {
    const { speeds, drivers } = this.speeds.apply(tick);
    this.server.to(CURRENT_ROOM).emit('data', speeds, { kind: 'tick', cursor: tick.cursor, drivers });
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
    socket.emit('data', speeds, meta);
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
