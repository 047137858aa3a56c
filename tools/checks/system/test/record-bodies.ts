import type { WireRecord } from '@drivewatch/contracts';

/** A record as a device may send it. */
export type Sent = WireRecord & { recordId?: string };

export const JSON_ARRAY = (records: readonly Sent[]): string => JSON.stringify(records);
export const NDJSON = (records: readonly Sent[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');
/** Writes records as the original's files do: 8 fields, or all and a trailing comma. */
export const CSV = (records: readonly Sent[]): string =>
  records
    .map((r) => {
      const short = `${r.driverID},${r.carPlateNumber},${r.Latitude},${r.Longtitude},${r.Speed},${r.Direction},${r.siteName ?? ''},${r.Time}`;
      return r.isOverspeed === undefined ? `${short}\n` : `${short},,,,,,${r.isOverspeed},,,,,,\n`;
    })
    .join('');
