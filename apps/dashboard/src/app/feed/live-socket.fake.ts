import {
  type LiveHandshake,
  type OverspeedAlert,
  pictureToWire,
  type SpeedData,
  type SpeedDataMeta,
} from '@drivewatch/contracts';
import { TestBed } from '@angular/core/testing';
import { LIVE_SOCKET, type LiveListeners, type LiveSocket } from './live-socket';

export const T0 = Date.UTC(2017, 0, 1, 0, 0, 5);

/** A server for tests: it says what a test makes it say, in the order of the real one. */
export class FakeLiveSocket implements LiveSocket {
  active = true;
  connects = 0;
  closed = false;
  handshake: () => LiveHandshake = () => ({});
  private listeners: LiveListeners | undefined;

  get server(): LiveListeners {
    if (this.listeners === undefined) throw new Error('Nobody listens to this socket yet');
    return this.listeners;
  }

  listen(listeners: LiveListeners): void {
    this.listeners = listeners;
  }

  connect(): void {
    this.connects += 1;
  }

  close(): void {
    this.closed = true;
  }

  /** Everything that the server sends on connect. */
  greet(
    active: OverspeedAlert[] = [],
    speeds: SpeedData = {},
    meta: Partial<SpeedDataMeta> = {},
    lastAlertId = 0,
  ): void {
    this.server.connected();
    this.server.welcome({ timeZone: 'Asia/Shanghai', tickSeconds: 30, serverTimeMs: Date.now() });
    this.server.alerts(pictureToWire({ active, past: [], lastAlertId }));
    for (const alert of active) this.start(alert.driverId, alert.startedAtMs);
    this.data('snapshot', speeds, meta);
  }

  data(kind: SpeedDataMeta['kind'], speeds: SpeedData, meta: Partial<SpeedDataMeta> = {}): void {
    this.server.data(speeds, { kind, cursor: 'cursor', drivers: {}, ...meta });
  }

  start(driverID: string, atMs: number, id: number | null = null): void {
    this.server.overspeeding({ driverID, Time: '' }, { carPlateNumber: '', atMs, id });
  }

  end(driverID: string, atMs: number, id: number | null = null): void {
    this.server.overspeedEnd({ driverID, Time: '' }, { carPlateNumber: '', atMs, id });
  }

  /** Says that the records of a speeding driver broke off, and went on without an end. */
  endUnknown(driverID: string, atMs: number): void {
    this.server.overspeedEnd(
      { driverID, Time: '' },
      { carPlateNumber: '', atMs, id: null, endUnknown: true },
    );
  }

  /** Says that the server has not heard of a driver for too long. */
  unconfirm(driverID: string, atMs: number): void {
    this.server.overspeedUnconfirmed({ driverID, Time: '' }, { carPlateNumber: '', atMs, id: null });
  }

  /** Says that the driver is heard of again. */
  confirm(driverID: string, atMs: number): void {
    this.server.overspeedConfirmed({ driverID, Time: '' }, { carPlateNumber: '', atMs, id: null });
  }
}

/** Connects the feed under test to a fake server. */
export function provideFakeSocket(): FakeLiveSocket {
  const socket = new FakeLiveSocket();
  TestBed.configureTestingModule({
    providers: [
      {
        provide: LIVE_SOCKET,
        useValue: (handshake: () => LiveHandshake) => {
          socket.handshake = handshake;
          return socket;
        },
      },
    ],
  });
  return socket;
}

/** Returns an alert that is still going on. */
export const anAlert = (driverId: string, startedAtMs = T0): OverspeedAlert => ({
  driverId,
  plateNumber: '',
  startedAtMs,
  endedAtMs: null,
  unconfirmedSinceMs: null,
});
