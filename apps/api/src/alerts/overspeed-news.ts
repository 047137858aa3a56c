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
  /** Whether it is history that is told as if it happened now. */
  isReplay: z.boolean(),
  /** Time of the last record seen of the spell before this one, epoch milliseconds; `null` if none was seen. */
  seenUntilMs: z.number().nullable(),
  /** Whoever reports it; empty if unknown. */
  reporterId: z.string(),
});

/**
 * What an accepted record says about overspeeding. It is noted in Redis in the same step that queues the record, and
 * stays there until it has been decided what it changes: an instance that dies in between leaves it to the others.
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

/** @returns `null` for something that is no news to this version; a later version may have written it */
export function readNews(json: string): OverspeedNews | null {
  try {
    return newsSchema.parse(JSON.parse(json));
  } catch {
    return null;
  }
}
