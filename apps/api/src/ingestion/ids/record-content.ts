import { drivingRecordSchema, type SubmittedRecord } from '@drivewatch/contracts';
import type { FleetClock } from '@drivewatch/detail-records';
import { v5 as uuidv5 } from 'uuid';

/** The namespace of contents; with another one, a record sent again would be taken for a different one. */
const CONTENT_NAMESPACE = '0d6b0f0e-2f0c-4c1d-9a63-5b7e8f1a2c90';

type Field = keyof SubmittedRecord;
/** The fields are sorted, so that their order in the schema does not matter. */
const FIELDS = (Object.keys(drivingRecordSchema.shape) as (keyof typeof drivingRecordSchema.shape)[])
  .filter((field): field is Field => field !== 'id' && field !== 'receivedAtMs' && field !== 'recordedAtMs')
  .sort();

/**
 * Returns what a record says, as a UUID: two records with the same one are the same record sent twice, however they
 * were spelled. Its time counts as the fleet's wall time, because a wall time that occurs twice is interpreted by when
 * it arrives. Empty fields are left out, so that a field added by a later version does not change the content of an old
 * record.
 */
export function contentOf(record: SubmittedRecord, { toWallTime }: Pick<FleetClock, 'toWallTime'>): string {
  const said: unknown[] = [toWallTime(record.recordedAtMs), record.recordedAtMs % 1000];
  for (const field of FIELDS) {
    const value = record[field];
    if (value !== null && value !== false && value !== '') said.push(field, value);
  }
  return uuidv5(JSON.stringify(said), CONTENT_NAMESPACE);
}
