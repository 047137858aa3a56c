import {
  type AlertChange,
  type AlertPicture,
  changeFromWire,
  type LiveHandshake,
  type OverspeedEvent,
  type OverspeedEventMeta,
  pictureFromWire,
  type SpeedData,
  type SpeedDataMeta,
} from '@drivewatch/contracts';
import { computed, DestroyRef, inject, Service, signal } from '@angular/core';
import { Router } from '@angular/router';
import { Session } from '../access/session';
import { createFleetTimeFormat } from '../time/fleet-time-format';
import { applyAlertChange } from './alert-changes';
import { applySpeedData, type DriverTracks, withoutDrivers } from './driver-track';
import { LIVE_SOCKET } from './live-socket';
import { ServerClock } from './server-clock';

/**
 * - `connecting`: there is a connection or the first is being made, and the picture is not there yet.
 * - `live`: the picture is complete and every change arrives.
 * - `offline`: there is no connection; the page retries by itself and shows what it held.
 * - `displaced`: newer pages of the same session took this one's place; it shows what it held until it is loaded
 *   again.
 */
export type ConnectionState = 'connecting' | 'live' | 'offline' | 'displaced';

const RETRY_AFTER_REFUSAL_MS = 1_000;

/** Everything that the server has said, kept for as long as the app is open, whichever page is shown. */
@Service()
export class LiveFeed {
  private readonly clock = inject(ServerClock);
  private readonly session = inject(Session);
  private readonly router = inject(Router);
  private readonly socket = inject(LIVE_SOCKET)(() => this.known());
  private readonly connectionState = signal<ConnectionState>('connecting');
  private readonly timeZoneState = signal('UTC');
  private readonly tracksState = signal<DriverTracks>(new Map());
  private readonly alertsState = signal<AlertPicture>({ active: [], past: [], lastAlertId: 0 });
  private readonly lastDataState = signal<number | null>(null);
  // What was seen last; it is never rendered, so these are not signals.
  private cursor: string | undefined;
  private lastAlertId: number | undefined;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;

  readonly connection = this.connectionState.asReadonly();
  /** IANA name of the fleet's time zone; UTC until the server has said it. */
  readonly timeZone = this.timeZoneState.asReadonly();
  readonly timeFormat = computed(() => createFleetTimeFormat(this.timeZone()));
  readonly tracks = this.tracksState.asReadonly();
  /** Past alerts are newest first. */
  readonly alerts = this.alertsState.asReadonly();
  /** When the last speeds arrived, epoch milliseconds of the server's clock; `null` before the first. */
  readonly lastDataMs = this.lastDataState.asReadonly();
  /**
   * The moment that the picture is true for, on the server's clock. It stands still without a connection: then it is
   * this page that hears nothing, and no driver may be called silent because of that.
   */
  readonly asOfMs = computed(() =>
    this.connection() === 'live' ? this.clock.nowMs() : (this.lastDataMs() ?? this.clock.nowMs()),
  );

  constructor() {
    this.socket.listen({
      connected: () => {
        this.connectionState.set('connecting');
      },
      disconnected: () => {
        this.loseConnection();
      },
      welcome: ({ timeZone, serverTimeMs }) => {
        this.timeZoneState.set(timeZone);
        this.clock.synchronize(serverTimeMs);
      },
      alerts: (picture) => {
        this.lastAlertId = picture.lastAlertId;
        this.alertsState.set(pictureFromWire(picture));
      },
      overspeeding: (event, meta) => {
        this.changeAlert('started', event, meta);
      },
      overspeedEnd: (event, meta) => {
        this.changeAlert('ended', event, meta);
      },
      overspeedUnconfirmed: (event, meta) => {
        this.changeAlert('unconfirmed', event, meta);
      },
      overspeedConfirmed: (event, meta) => {
        this.changeAlert('confirmed', event, meta);
      },
      driversRemoved: ({ drivers }) => {
        this.tracksState.update((held) => withoutDrivers(held, drivers));
      },
      data: (speeds, meta) => {
        this.takeSpeeds(speeds, meta);
      },
      displaced: () => {
        this.giveWay();
      },
    });
    inject(DestroyRef).onDestroy(() => {
      clearTimeout(this.retryTimer);
      this.socket.close();
    });
    if (!this.session.mustSignIn()) this.socket.connect();
  }

  /** Tells the server what this page knows, so that after a cut it sends what the page has missed and no more. */
  private known(): LiveHandshake {
    return {
      ...(this.cursor !== undefined && { cursor: this.cursor }),
      ...(this.lastAlertId !== undefined && { lastAlertId: this.lastAlertId }),
    };
  }

  private takeSpeeds(speeds: SpeedData, meta: SpeedDataMeta): void {
    this.tracksState.update((held) => applySpeedData(held, speeds, meta));
    this.cursor = meta.cursor;
    this.lastDataState.set(this.clock.readNowMs());
    // `data` is the last thing sent on connect: from here on nothing is missing.
    this.connectionState.set('live');
  }

  private changeAlert(kind: AlertChange['kind'], event: OverspeedEvent, meta: OverspeedEventMeta): void {
    const { id } = meta;
    if (id !== null) {
      // An instance that is a moment behind the last one repeats what the page knows already.
      if (this.lastAlertId !== undefined && id <= this.lastAlertId) return;
      this.lastAlertId = id;
    }
    this.alertsState.update((held) => applyAlertChange(held, changeFromWire(kind, event, meta)));
  }

  /** A browser does not tell a page why its WebSocket was refused, so the page asks. */
  private async askWhetherSignedIn(): Promise<void> {
    await this.session.check();
    if (!this.session.mustSignIn()) return;
    clearTimeout(this.retryTimer);
    this.socket.close();
    this.session.askToSignIn(this.router.url);
  }

  /** If this page came back by itself, it would displace the next one, which would come back in its turn. */
  private giveWay(): void {
    this.connectionState.set('displaced');
    clearTimeout(this.retryTimer);
    this.socket.close();
  }

  private loseConnection(): void {
    if (this.connection() === 'displaced') return;
    this.connectionState.set('offline');
    void this.askWhetherSignedIn();
    // Socket.IO reconnects by itself after losing a connection, but not after the server closed or refused one.
    if (this.socket.active) return;
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => {
      this.socket.connect();
    }, RETRY_AFTER_REFUSAL_MS);
  }
}
