import { type EventEmitter, once } from 'node:events';
import type {
  WireAlertPicture,
  ClientToServerEvents,
  LiveHandshake,
  OverspeedEvent,
  OverspeedEventMeta,
  ServerToClientEvents,
  SpeedData,
  SpeedDataMeta,
} from '@drivewatch/contracts';
import { io, type Socket } from 'socket.io-client';

const ALERT_EVENTS_SENT = [
  'overspeeding',
  'overspeedEnd',
  'overspeedUnconfirmed',
  'overspeedConfirmed',
] as const;
type AlertEvent = (typeof ALERT_EVENTS_SENT)[number];

/** Reached only by something that hangs. */
const CONNECT_LIMIT_MS = 120_000;

/** A dashboard without a page: keeps everything that it is sent, in order. */
export class LiveClient {
  readonly data: { speeds: SpeedData; meta: SpeedDataMeta }[] = [];
  readonly alerts: (OverspeedEvent & { event: AlertEvent })[] = [];
  /** The changes of alerts, as `id event driver`; without the open ones that are repeated on connect. */
  readonly changes: string[] = [];
  readonly pictures: WireAlertPicture[] = [];
  /** Drivers that it was told not to show any longer. */
  readonly removed: string[] = [];
  /** Id of the last change that it knows. */
  lastAlertId = 0;

  private constructor(private readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>) {
    socket.on('data', (speeds, meta) => this.data.push({ speeds, meta }));
    socket.on('driversRemoved', ({ drivers }) => {
      for (const driver of drivers) this.removed.push(driver);
    });
    socket.on('alerts', (picture) => {
      this.pictures.push(picture);
      this.lastAlertId = picture.lastAlertId;
    });
    for (const event of ALERT_EVENTS_SENT) {
      socket.on(event, (alert: OverspeedEvent, { id }: OverspeedEventMeta) => {
        this.alerts.push({ event, ...alert });
        if (id === null) return;
        this.changes.push(`${id} ${event} ${alert.driverID}`);
        this.lastAlertId = id;
      });
    }
  }

  /**
   * Connects, and resolves once the current picture has arrived.
   *
   * @param headers those of the handshake's request, such as a key
   */
  static async connect(
    url: string,
    handshake: LiveHandshake = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<LiveClient> {
    const socket = io(url, {
      transports: ['websocket'],
      auth: handshake,
      extraHeaders: { ...headers },
      forceNew: true,
      reconnectionDelay: 100,
    });
    const client = new LiveClient(socket);
    try {
      await once(socket as unknown as EventEmitter, 'data', {
        signal: AbortSignal.timeout(CONNECT_LIMIT_MS),
      });
    } catch (cause) {
      client.close();
      throw new Error('The socket did not send the current picture', { cause });
    }
    return client;
  }

  /** The ticks so far, without what was sent on connect. */
  get ticks(): SpeedData[] {
    return this.data.filter(({ meta }) => meta.kind === 'tick').map(({ speeds }) => speeds);
  }

  /** Every point of the ticks as `driver time speed`. */
  get tickPoints(): string[] {
    return this.ticks.flatMap(pointsOf);
  }

  /** The handshake with which it comes back. */
  get known(): LiveHandshake {
    const cursor = this.data.at(-1)?.meta.cursor;
    return { lastAlertId: this.lastAlertId, ...(cursor !== undefined && { cursor }) };
  }

  close(): void {
    this.socket.disconnect();
  }
}

/** Returns every point of a payload as `driver time speed`. */
export const pointsOf = (speeds: SpeedData): string[] =>
  Object.entries(speeds).flatMap(([driver, { data }]) => data.map(({ x, y }) => `${driver} ${x} ${y}`));
