import type * as z from 'zod';
import type {
  alertPictureSchema,
  displacedSchema,
  driverInfoSchema,
  driversRemovedSchema,
  liveHandshakeSchema,
  overspeedAlertSchema,
  overspeedEventMetaSchema,
  overspeedEventSchema,
  speedDataMetaSchema,
  speedDataSchema,
  speedPointSchema,
  welcomeSchema,
} from './live-payloads';

/** One point of a speed chart: x is epoch milliseconds, y is km/h. */
export type SpeedPoint = z.infer<typeof speedPointSchema>;

/** The payload of `data`: each driver's speeds, keyed by driver ID, x ascending (equal x where records share a second). */
export type SpeedData = z.infer<typeof speedDataSchema>;

/** Second argument of `data`; clients of the original simply do not read it. */
export type SpeedDataMeta = z.infer<typeof speedDataMetaSchema>;

/** What `data` says about a driver besides the speeds; live-wire.ts makes {@link DriverInfo} of it. */
export type WireDriverInfo = z.infer<typeof driverInfoSchema>;

/** What a page shows about a driver besides the speeds. */
export interface DriverInfo {
  /** Empty when the device did not send it. */
  plateNumber: string;
  /** When the driver's newest record was stored, epoch milliseconds. */
  lastStoredMs: number;
  /** What the device's clock said in the last record to come, where it is wrong; `null` where it is not. */
  deviceClockMs: number | null;
}

/** An alert as `alerts` tells it; live-wire.ts makes an `OverspeedAlert` of it. */
export type WireAlert = z.infer<typeof overspeedAlertSchema>;

/** Payload of `alerts`. */
export type WireAlertPicture = z.infer<typeof alertPictureSchema>;

/** Payload of the events about alerts; `Time` is `YYYY-MM-DD HH:MM:SS` in the fleet's time zone. */
export type OverspeedEvent = z.infer<typeof overspeedEventSchema>;

/** Second argument of the events about alerts; clients of the original simply do not read it. */
export type OverspeedEventMeta = z.infer<typeof overspeedEventMetaSchema>;

/** Payload of `driversRemoved`. */
export type DriversRemoved = z.infer<typeof driversRemovedSchema>;

/** First event on every connection: what a page must know to read the others. */
export type Welcome = z.infer<typeof welcomeSchema>;

/** Payload of `displaced`. */
export type Displaced = z.infer<typeof displacedSchema>;

/**
 * Everything the server sends. `data`, `overspeeding` and `overspeedEnd` are the original system's; on connect come
 * `welcome`, `alerts`, one `overspeeding` for each of the newest 500 drivers who are speeding, and `data`, in this order. A client that names the last
 * change it knows gets those that came since instead of `alerts` and what follows it. `displaced` is the last on a connection
 * that has to make room for newer ones of the same session.
 */
export interface ServerToClientEvents {
  welcome: (welcome: Welcome) => void;
  alerts: (picture: WireAlertPicture) => void;
  data: (speeds: SpeedData, meta: SpeedDataMeta) => void;
  driversRemoved: (removal: DriversRemoved) => void;
  overspeeding: (event: OverspeedEvent, meta: OverspeedEventMeta) => void;
  overspeedEnd: (event: OverspeedEvent, meta: OverspeedEventMeta) => void;
  overspeedUnconfirmed: (event: OverspeedEvent, meta: OverspeedEventMeta) => void;
  overspeedConfirmed: (event: OverspeedEvent, meta: OverspeedEventMeta) => void;
  displaced: (why: Displaced) => void;
}

/** Clients send nothing after the handshake. */
export type ClientToServerEvents = Record<string, never>;

/** What instances of the API tell each other. */
export interface InstanceEvents {
  /** There are changes of alerts to be read. */
  alertsChanged: () => void;
  /** Somebody has signed out; sockets of that session are to be closed. */
  sessionEnded: (sessionId: string) => void;
}

/** What a client may hand over in the handshake (`auth` of Socket.IO). */
export type LiveHandshake = z.infer<typeof liveHandshakeSchema>;

/** Length of recorded driving that a snapshot holds for each driver, counted back from the driver's newest record. */
export const SNAPSHOT_WINDOW_MS = 30 * 60_000;

/** A driver whose last record was stored longer ago than this is shown as silent. */
export const SILENT_AFTER_MS = 2 * 60_000;
