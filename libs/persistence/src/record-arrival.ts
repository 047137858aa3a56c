import { TIME_TOLERANCE_MS } from '@drivewatch/contracts';

/** SQL of the time when a record arrived, as far as it is known. */
export const RECEIVED_AT = `coalesce(received_at, stored_at)`;

/** SQL that says whether a record is from ahead of its arrival, like `isAhead` of libs/contracts. */
export const IS_AHEAD = `recorded_at > ${RECEIVED_AT} + interval '${TIME_TOLERANCE_MS} milliseconds'`;

/** Makes SQL for a time in whole milliseconds, as pages are sent it; PostgreSQL's own clock has microseconds. */
export const epochMs = (time: string): string => `floor(extract(epoch FROM ${time}) * 1000)::float8`;
