import type { ApiConfig } from '@drivewatch/config';
import {
  ALERT_EVENTS,
  type AlertChange,
  changeToWire,
  type ClientToServerEvents,
  type InstanceEvents,
  type NumberedAlertChange,
  type OverspeedEvent,
  type OverspeedEventMeta,
  pictureToWire,
  type ServerToClientEvents,
  type SpeedData,
  type SpeedDataMeta,
} from '@drivewatch/contracts';
import type { FleetClock } from '@drivewatch/detail-records';
import { BeforeApplicationShutdown, Inject, Logger } from '@nestjs/common';
import {
  type OnGatewayConnection,
  type OnGatewayInit,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets';
import type { Server, Socket } from 'socket.io';
import { AlertFollower } from '../alerts/alert-follower';
import { API_CONFIG, FLEET_CLOCK } from '../config.module';
import { FirstPictures } from './first-pictures';
import { LiveMetrics } from './live-metrics';
import { SlowClients } from './slow-clients';

type LiveServer = Server<ClientToServerEvents, ServerToClientEvents, InstanceEvents>;
type LiveSocket = Socket<ClientToServerEvents, ServerToClientEvents>;

/** Pages that have had their snapshot or catch-up; only they get ticks, so that no page sees a gap or a duplicate. */
const CURRENT_ROOM = 'current';
/** Pages that have been told of the alerts; only they get changes, for the same reason. */
const ALERTED_ROOM = 'alerted';
/**
 * How many open alerts a page is told as events besides the list, for clients of the original system, which do not know
 * the list: thousands of events would be several times as large as the list itself.
 */
const OPEN_ALERTS_TOLD = 500;
/** How often to look for pages that do not read what they are sent. */
const SWEEP_EVERY_MS = 1_000;

/** The dashboards' socket, on the API's port and Socket.IO's default path. It translates and decides nothing. */
@WebSocketGateway({ serveClient: false, maxHttpBufferSize: 10_000 })
export class LiveGateway implements OnGatewayInit, OnGatewayConnection, BeforeApplicationShutdown {
  private readonly logger = new Logger(LiveGateway.name);
  @WebSocketServer() private readonly server!: LiveServer;
  private readonly slowClients = new SlowClients((unsentBytes) => {
    this.metrics.countDropped();
    this.logger.warn(`A page did not read ${unsentBytes} bytes; its connection was ended`);
  });
  private sweeping: NodeJS.Timeout | null = null;

  constructor(
    private readonly alerts: AlertFollower,
    private readonly firstPictures: FirstPictures,
    private readonly metrics: LiveMetrics,
    @Inject(API_CONFIG) private readonly config: ApiConfig,
    @Inject(FLEET_CLOCK) private readonly clock: FleetClock,
  ) {}

  afterInit(): void {
    const { sockets } = this.server.sockets;
    this.metrics.watchClients(() => sockets.size);
    this.server.on('alertsChanged', () => void this.alerts.follow());
    const { events } = this.alerts;
    events.on('announced', () => this.server.serverSideEmit('alertsChanged'));
    events.on('changed', (change) => this.sendAlertChange(change));
    events.on('replaced', (picture) =>
      this.server.local.to(ALERTED_ROOM).emit('alerts', pictureToWire(picture)),
    );
    this.sweeping = setInterval(() => this.slowClients.sweep(sockets.values()), SWEEP_EVERY_MS);
  }

  beforeApplicationShutdown(): void {
    if (this.sweeping !== null) clearInterval(this.sweeping);
  }

  /** Sends the current picture, in the order that `ServerToClientEvents` promises. */
  handleConnection(socket: LiveSocket): void {
    this.greet(socket).catch((error: unknown) => {
      this.logger.error(`A page could not be sent the current picture: ${String(error)}`);
      socket.disconnect(true);
    });
  }

  private async greet(socket: LiveSocket): Promise<void> {
    socket.emit('welcome', {
      timeZone: this.config.FLEET_TIME_ZONE,
      tickSeconds: this.config.TICK_SECONDS,
      serverTimeMs: Date.now(),
    });
    const { lastAlertId } = socket.handshake.auth as { lastAlertId?: unknown };
    const known = Number.isSafeInteger(lastAlertId) ? (lastAlertId as number) : null;
    const missed = known === null ? null : await this.alerts.since(known);
    // Nothing awaits between here and the room: a change is either in what is sent, or comes through the room.
    if (missed === null) this.slowClients.sendSnapshot(socket, () => this.sendPicture(socket));
    else
      for (const change of missed) socket.emit(ALERT_EVENTS[change.kind], ...this.toEvent(change, change.id));
    void socket.join(ALERTED_ROOM);
    await this.firstPictures.sendTo(socket, (write) => {
      this.slowClients.sendSnapshot(socket, write);
      void socket.join(CURRENT_ROOM);
    });
  }

  private sendPicture(socket: LiveSocket): void {
    const picture = this.alerts.picture();
    socket.emit('alerts', pictureToWire(picture));
    const newest = [...picture.active].sort((one, other) => other.startedAtMs - one.startedAtMs);
    for (const { driverId, plateNumber, startedAtMs } of newest.slice(0, OPEN_ALERTS_TOLD)) {
      const event = this.toEvent({ driverId, plateNumber, atMs: startedAtMs }, null);
      socket.emit('overspeeding', ...event);
    }
  }

  /** Ends every page's connection in a way that makes it reconnect, to another instance. */
  closeConnections(): void {
    this.server.engine.close();
  }

  /**
   * Sends every page here the same `data`; other instances send it to their pages.
   *
   * @param records how many stored records it carries
   */
  sendData(speeds: SpeedData, meta: SpeedDataMeta, records: number): void {
    this.slowClients.sendTick(this.server.sockets.sockets.values(), () => {
      this.server.local.to(CURRENT_ROOM).emit('data', speeds, meta);
    });
    this.metrics.countTick(records);
  }

  /** Tells the pages connected here which drivers not to show any longer. */
  sendDriversRemoved(drivers: string[]): void {
    this.server.local.to(CURRENT_ROOM).emit('driversRemoved', { drivers });
  }

  private sendAlertChange(change: NumberedAlertChange): void {
    this.server.local.to(ALERTED_ROOM).emit(ALERT_EVENTS[change.kind], ...this.toEvent(change, change.id));
  }

  private toEvent(
    change: Omit<AlertChange, 'kind'>,
    id: number | null,
  ): [OverspeedEvent, OverspeedEventMeta] {
    return changeToWire(change, id, (atMs) => this.clock.toWallTime(atMs));
  }
}
