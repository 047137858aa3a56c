import { type AcceptedRecord, drivingRecordSchema } from '@drivewatch/contracts';
import * as z from 'zod';

const newsSchema = z.object({
  ...drivingRecordSchema.pick({
    id: true,
    driverId: true,
    plateNumber: true,
    recordedAtMs: true,
    receivedAtMs: true,
    overspeed: true,
    overspeedFinished: true,
  }).shape,
  /** History that is told as if it happened now. */
  isReplay: z.boolean(),
  /** Time of the last record that was seen of the spell before this one, epoch milliseconds; `null` where none was. */
  seenUntilMs: z.number().nullable(),
  /** Who reports it; empty where that is not known. */
  reporterId: z.string(),
});

/**
 * What an accepted record says of overspeeding. It is noted in Redis in the same step that queues the record, and stays
 * there until it is decided what it changes: whoever dies in between leaves it to the other instances.
 */
export type OverspeedNews = z.output<typeof newsSchema>;

/** @param record one that begins or ends a spell */
export const newsOf = (record: AcceptedRecord, seenUntilMs: number | null): OverspeedNews => ({
  id: record.id,
  driverId: record.driverId,
  plateNumber: record.plateNumber,
  recordedAtMs: record.recordedAtMs,
  receivedAtMs: record.receivedAtMs,
  overspeed: record.overspeed,
  overspeedFinished: record.overspeedFinished,
  isReplay: record.isReplay === true,
  seenUntilMs,
  reporterId: record.reporterId ?? '',
});

/** @returns `null` for what is no news, as a version after this one may write it */
export function readNews(json: string): OverspeedNews | null {
  try {
    return newsSchema.parse(JSON.parse(json));
  } catch {
    return null;
  }
}
