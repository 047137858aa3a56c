import type { AlertChange, AlertPicture, OverspeedAlert } from './alerts';
import type {
  DriverInfo,
  OverspeedEvent,
  OverspeedEventMeta,
  WireAlert,
  WireAlertPicture,
  WireDriverInfo,
} from './live-events';

/*
 * The one place where the names of the live events become those of the code and back; wire-record.ts does the same for
 * records. Nothing here needs the schemas, so that pages do not load them.
 */

export const alertToWire = ({ driverId, plateNumber, ...times }: OverspeedAlert): WireAlert => ({
  driverID: driverId,
  carPlateNumber: plateNumber,
  ...times,
});

export const alertFromWire = ({ driverID, carPlateNumber, ...times }: WireAlert): OverspeedAlert => ({
  driverId: driverID,
  plateNumber: carPlateNumber,
  ...times,
});

export const pictureToWire = ({ active, past, lastAlertId }: AlertPicture): WireAlertPicture => ({
  active: active.map(alertToWire),
  past: past.map(alertToWire),
  lastAlertId,
});

export const pictureFromWire = ({ active, past, lastAlertId }: WireAlertPicture): AlertPicture => ({
  active: active.map(alertFromWire),
  past: past.map(alertFromWire),
  lastAlertId,
});

/**
 * Returns the two arguments of the event that tells of a change.
 *
 * @param id number of the change; `null` for an open alert that is sent again on connect
 * @param toWallTime writes epoch milliseconds as `YYYY-MM-DD HH:MM:SS` in the fleet's time zone
 */
export function changeToWire(
  { driverId, plateNumber, atMs, endUnknown }: Omit<AlertChange, 'kind'>,
  id: number | null,
  toWallTime: (atMs: number) => string,
): [OverspeedEvent, OverspeedEventMeta] {
  return [
    { driverID: driverId, Time: toWallTime(atMs) },
    { carPlateNumber: plateNumber, atMs, id, ...(endUnknown === true && { endUnknown }) },
  ];
}

export const changeFromWire = (
  kind: AlertChange['kind'],
  { driverID }: OverspeedEvent,
  { carPlateNumber, atMs, endUnknown }: OverspeedEventMeta,
): AlertChange => ({ kind, driverId: driverID, plateNumber: carPlateNumber, atMs, endUnknown });

export const driverInfoToWire = ({
  plateNumber,
  lastStoredMs,
  deviceClockMs,
}: DriverInfo): WireDriverInfo => ({
  carPlateNumber: plateNumber,
  lastHeardMs: lastStoredMs,
  deviceClockMs,
});

/** @param wire may come from a server that is older than this page and does not report clocks */
export const driverInfoFromWire = ({
  carPlateNumber,
  lastHeardMs,
  deviceClockMs = null,
}: Omit<WireDriverInfo, 'deviceClockMs'> & Partial<WireDriverInfo>): DriverInfo => ({
  plateNumber: carPlateNumber,
  lastStoredMs: lastHeardMs,
  deviceClockMs,
});
