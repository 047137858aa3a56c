import {
  createWireRecordSchema,
  type SubmittedRecord,
  toFieldErrors,
  type WireRecord,
} from '@drivewatch/contracts';
import { createFleetClock, detailLineToRecord } from '@drivewatch/detail-records';

/** Why a line is no record. */
export interface WrongRow {
  /** The wrong field, by its name on the wire; empty if the line as a whole is wrong. */
  readonly field: string;
  /** What is wrong, and what is allowed. */
  readonly reason: string;
  /** The record that the fields make, if there are as many as a row has. */
  readonly record: WireRecord | null;
}

/**
 * Judges lines of detail-record files as `POST /addData` would; the present time limits how far a clock may be ahead.
 */
export interface DetailRecordReader {
  read: (text: string) => SubmittedRecord | WrongRow;
  /** Returns the fleet-local day under which the archive keeps a record: `YYYY-MM-DD`. */
  dayOf: (record: SubmittedRecord) => string;
}

export const isWrong = (row: SubmittedRecord | WrongRow): row is WrongRow => 'reason' in row;

/**
 * @param timeZone IANA name of the fleet's zone
 * @param nowMs returns the present time on the importing machine, epoch milliseconds
 */
export function createDetailRecordReader(timeZone: string, nowMs: () => number): DetailRecordReader {
  const clock = createFleetClock(timeZone);
  const schema = createWireRecordSchema(clock.toEpochMs, nowMs);
  return {
    read: (text) => {
      const record = detailLineToRecord(text);
      if (typeof record === 'string') return { field: '', reason: record, record: null };
      const { success, data, error } = schema.safeParse(record);
      if (success) return data;
      const [first] = toFieldErrors(error);
      return { field: first?.field ?? '', reason: `${first?.field} ${first?.message}`, record };
    },
    dayOf: ({ recordedAtMs }) => clock.toWallTime(recordedAtMs).slice(0, 10),
  };
}
