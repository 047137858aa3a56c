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

/** The payload of `data`: speeds by driver ID, with x ascending (equal where records share a second). */
export type SpeedData = z.infer<typeof speedDataSchema>;

/** The second argument of `data`; clients of the original system ignore it. */
export type SpeedDataMeta = z.infer<typeof speedDataMetaSchema>;

/** The part of `data` about a driver besides the speeds; live-wire.ts makes {@link DriverInfo} of it. */
export type WireDriverInfo = z.infer<typeof driverInfoSchema>;

/** Everything a page shows about a driver besides the speeds. */
export interface DriverInfo {
  /** The plate number is empty when the device did not send it. */
  plateNumber: string;
  /** The time when the driver's newest record was stored, in epoch milliseconds. */
  lastStoredMs: number;
  /** The time of the device's clock in the last record that came, if it is wrong; `null` if it is not. */
  deviceClockMs: number | null;
}

/** One alert of the payload of `alerts`; live-wire.ts makes an `OverspeedAlert` of it. */
export type WireAlert = z.infer<typeof overspeedAlertSchema>;

/** The payload of `alerts`. */
export type WireAlertPicture = z.infer<typeof alertPictureSchema>;

/** The payload of the events about alerts; `Time` is `YYYY-MM-DD HH:MM:SS` in the fleet's time zone. */
export type OverspeedEvent = z.infer<typeof overspeedEventSchema>;

/** The second argument of the events about alerts; clients of the original system ignore it. */
export type OverspeedEventMeta = z.infer<typeof overspeedEventMetaSchema>;

/** The payload of `driversRemoved`. */
export type DriversRemoved = z.infer<typeof driversRemovedSchema>;

/** The first event on every connection, which says what a page must know to read the others. */
export type Welcome = z.infer<typeof welcomeSchema>;

/** The payload of `displaced`. */
export type Displaced = z.infer<typeof displacedSchema>;

/**
 * The events that the server sends. `data`, `overspeeding` and `overspeedEnd` are the original system's. A new
 * connection gets `welcome`, `alerts`, one `overspeeding` for each of the newest 500 drivers who are speeding, and
 * `data`, in this order. A client that names the last change it knows gets the changes since then in place of `alerts`
 * and those `overspeeding` events. `displaced` is the last event on a connection that has to make room for newer ones
 * of the same session.
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

/** The events that instances of the API send each other. */
export interface InstanceEvents {
  /** Says that there are new changes of alerts to read. */
  alertsChanged: () => void;
  /** Says that somebody has signed out, so the sockets of that session are to be closed. */
  sessionEnded: (sessionId: string) => void;
}

/** The data that a client may hand over in the handshake (`auth` of Socket.IO). */
export type LiveHandshake = z.infer<typeof liveHandshakeSchema>;

/** The length of driving that a snapshot holds for each driver, counted back from the driver's newest record. */
export const SNAPSHOT_WINDOW_MS = 30 * 60_000;

/** A driver whose last record was stored longer ago than this is shown as silent. */
export const SILENT_AFTER_MS = 2 * 60_000;
