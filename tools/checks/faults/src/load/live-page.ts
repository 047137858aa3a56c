import { setTimeout as wait } from 'node:timers/promises';
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
import type { Random } from '@drivewatch/testing/random';
import { io, type Socket } from 'socket.io-client';
import { NO_POINTS, type PointSum, type StoredPoints, withPoint } from './point-sum';

/** Waits as a browser's page does, so that not all pages come back at the same moment. */
const RECONNECT_MS = { min: 100, max: 1_000 };
const CONNECT_LIMIT_MS = 20_000;
const PROBLEMS_KEPT = 3;

/** One `data` event: what it brought, and the cursors that it lies between. */
interface Delivery {
  readonly since: number;
  readonly until: number;
  readonly points: PointSum;
}

const CHANGES = ['overspeeding', 'overspeedEnd', 'overspeedUnconfirmed', 'overspeedConfirmed'] as const;

/** A change of an alert, as a page was told it. */
export interface SeenChange {
  readonly event: (typeof CHANGES)[number];
  readonly driverId: string;
  /** The time given by the record, epoch milliseconds. */
  readonly atMs: number;
}

export interface LivePageOptions {
  /** Headers of the handshake, such as the cookie of a signed-in user. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Receives each change. */
  readonly onChange?: (change: SeenChange) => void;
  /**
   * Selects the drivers whose points are compared with the table. They have driven for so short a time that a snapshot holds all
   * their points, so that it may come in place of a tick. If absent, the points of all drivers are compared, and a
   * snapshot is wrong except on the first connect.
   */
  readonly watches?: (driverId: string) => boolean;
}

/**
 * A dashboard without a page. When it loses its connection, it connects to the next instance, as behind a load
 * balancer, and says there what it knows; it notes whatever it is sent twice, or not at all.
 */
export class LivePage {
  private socket: Socket<ServerToClientEvents, ClientToServerEvents> | null = null;
  private closed = false;
  private cursor: number | null = null;
  private alertId: number | null = null;
  private readonly open = new Set<string>();
  private deliveries: Delivery[] = [];
  private problems: string[] = [];
  private connections = 0;
  private attempts = 0;
  private changes = 0;

  /** @param urls of the instances; it begins with the first */
  constructor(
    private readonly urls: readonly string[],
    private readonly random: Random,
    private readonly options: LivePageOptions = {},
  ) {
    this.connect();
  }

  get isConnected(): boolean {
    return this.socket?.connected === true && this.cursor !== null;
  }

  /** The cursor where the next tick begins; -1 before the first. */
  get lastCursor(): number {
    return this.cursor ?? -1;
  }

  get lastAlertId(): number {
    return this.alertId ?? -1;
  }

  /** The drivers who are speeding, as far as the page knows. */
  get openDrivers(): ReadonlySet<string> {
    return this.open;
  }

  /** Changes of alerts that it was told, and connections that it has opened, since the last look. */
  get counts(): { changes: number; connections: number } {
    return { changes: this.changes, connections: this.connections };
  }

  /** Returns what is wrong with what it was sent since the last call, and starts over. */
  takeProblems(stored: StoredPoints): string[] {
    const wrong = this.deliveries.flatMap(({ since, until, points }) => {
      const expected = stored.between(since, until);
      return expected.count === points.count && expected.sum === points.sum
        ? []
        : [`${points.count} points where ${expected.count} were stored between ${since} and ${until}`];
    });
    const problems = [...this.problems, ...wrong];
    this.beginChapter();
    return problems;
  }

  /** Forgets what it was sent, but not its position. */
  beginChapter(): void {
    [this.deliveries, this.problems, this.connections, this.changes] = [[], [], 0, 0];
  }

  close(): void {
    this.closed = true;
    this.socket?.disconnect();
  }

  private connect(): void {
    const url = this.urls[this.attempts % this.urls.length] ?? '';
    this.attempts += 1;
    this.connections += 1;
    const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url, {
      transports: ['websocket'],
      auth: this.known,
      ...(this.options.headers !== undefined && { extraHeaders: { ...this.options.headers } }),
      forceNew: true,
      reconnection: false,
      timeout: CONNECT_LIMIT_MS,
    });
    this.socket = socket;
    const onLost = (): void => {
      socket.removeAllListeners();
      socket.disconnect();
      void wait(this.random.between(RECONNECT_MS.min, RECONNECT_MS.max)).then(() => {
        if (!this.closed) this.connect();
      });
    };
    socket.once('disconnect', onLost);
    socket.once('connect_error', onLost);
    socket.on('data', (speeds, meta) => {
      this.onData(speeds, meta);
    });
    socket.on('alerts', (picture) => {
      this.onPicture(picture);
    });
    for (const event of CHANGES)
      socket.on(event, (alert: OverspeedEvent, meta: OverspeedEventMeta) => {
        this.onChange(event, alert.driverID, meta);
      });
  }

  private get known(): LiveHandshake {
    return {
      ...(this.cursor !== null && { cursor: String(this.cursor) }),
      ...(this.alertId !== null && { lastAlertId: this.alertId }),
    };
  }

  private onData(speeds: SpeedData, { kind, cursor }: SpeedDataMeta): void {
    const until = Number(cursor);
    const { watches } = this.options;
    if (this.cursor !== null) {
      if (until < this.cursor) this.note(`a cursor that goes back from ${this.cursor} to ${until}`);
      if (kind !== 'snapshot')
        this.deliveries.push({ since: this.cursor, until, points: this.pointsOf(speeds) });
      else if (watches !== undefined)
        this.deliveries.push({ since: 0, until, points: this.pointsOf(speeds) });
      else this.note('a snapshot instead of what it missed');
    }
    this.cursor = until;
  }

  private pointsOf(speeds: SpeedData): PointSum {
    let points = NO_POINTS;
    for (const [driver, { data }] of Object.entries(speeds)) {
      if (this.options.watches?.(driver) === false) continue;
      for (const { x, y } of data) points = withPoint(points, driver, x, y);
    }
    return points;
  }

  private onPicture({ active, lastAlertId }: WireAlertPicture): void {
    if (this.alertId !== null) this.note('the whole picture of alerts instead of what it missed');
    this.alertId = lastAlertId;
    this.open.clear();
    for (const { driverID } of active) this.open.add(driverID);
  }

  private onChange(event: SeenChange['event'], driverId: string, { id, atMs }: OverspeedEventMeta): void {
    // Such an event is an open alert that is repeated on connect.
    if (id === null) return;
    if (this.alertId !== null && id !== this.alertId + 1) this.note(`alert ${id} after ${this.alertId}`);
    this.alertId = id;
    this.changes += 1;
    if (event === 'overspeeding') this.open.add(driverId);
    if (event === 'overspeedEnd') this.open.delete(driverId);
    this.options.onChange?.({ event, driverId, atMs });
  }

  private note(problem: string): void {
    if (this.problems.length < PROBLEMS_KEPT) this.problems.push(problem);
  }
}
