import type { AlertPicture } from './alerts';

/** One point of a speed chart: x is epoch milliseconds, y is km/h. */
export interface SpeedPoint {
  x: number;
  y: number;
}

/** The payload of `data`: each driver's speeds, keyed by driver ID, x ascending (equal x where records share a second). */
export type SpeedData = Record<string, { name: string; data: SpeedPoint[] }>;

/**
 * Second argument of `data`; clients of the original simply do not read it.
 * - `snapshot`: the recent speeds, sent once on connect; replaces everything the client held before.
 * - `catch-up`: sent once on connect instead, when the client named the last cursor it had seen; what it missed.
 * - `tick`: what was stored since the previous tick.
 */
export interface SpeedDataMeta {
  kind: 'snapshot' | 'catch-up' | 'tick';
  /** Opaque; a reconnecting client hands the last one back to be sent only what it missed. */
  cursor: string;
  /** About the drivers in this payload. */
  drivers: Record<string, DriverInfo>;
}

/** What a page shows about a driver besides the speeds. */
export interface DriverInfo {
  /** Empty when the devices never sent it. */
  carPlateNumber: string;
  /** When the driver's newest record was stored, epoch milliseconds of the server: "last heard of". */
  lastHeardMs: number;
}

/** Payload of `overspeeding` and `overspeedEnd`; `Time` is `YYYY-MM-DD HH:MM:SS` in the fleet's time zone. */
export interface OverspeedEvent {
  driverID: string;
  Time: string;
}

/** Second argument of `overspeeding` and `overspeedEnd`; clients of the original simply do not read it. */
export interface OverspeedEventMeta {
  carPlateNumber: string;
  /** `Time` as epoch milliseconds. */
  atMs: number;
}

/** First event on every connection: what a page must know to read the others. */
export interface Welcome {
  /** IANA name of the fleet's time zone. */
  timeZone: string;
  tickSeconds: number;
  /** The server's clock, epoch milliseconds. */
  serverTimeMs: number;
}

/**
 * Everything the server sends. `data`, `overspeeding` and `overspeedEnd` are the original system's; on connect come
 * `welcome`, `alerts`, one `overspeeding` per driver who is speeding, and `data`, in this order.
 */
export interface ServerToClientEvents {
  welcome: (welcome: Welcome) => void;
  alerts: (picture: AlertPicture) => void;
  data: (speeds: SpeedData, meta: SpeedDataMeta) => void;
  overspeeding: (event: OverspeedEvent, meta: OverspeedEventMeta) => void;
  overspeedEnd: (event: OverspeedEvent, meta: OverspeedEventMeta) => void;
}

/** Clients send nothing after the handshake. */
export type ClientToServerEvents = Record<string, never>;

/** What a client may hand over in the handshake (`auth` of Socket.IO). */
export interface LiveHandshake {
  /** `SpeedDataMeta.cursor` of the last `data` seen. */
  cursor?: string;
}

/** Length of recorded driving that a snapshot holds for each driver, counted back from the driver's newest record. */
export const SNAPSHOT_WINDOW_MS = 30 * 60_000;

/** A driver whose last record was stored longer ago than this is shown as silent. */
export const SILENT_AFTER_MS = 2 * 60_000;
