import * as z from 'zod';
import { DRIVE_BREAK_MS } from './alerts';
import { TIME_TOLERANCE_MS } from './record-clock';

/**
 * What an accepted record may say that its device hardly meant: the code and field of the warning, and what it tells the
 * programmer. docs/errors.md explains each.
 */
export const RECORD_WARNINGS = {
  clockAhead: {
    code: 'CLOCK_AHEAD',
    field: 'Time',
    message: `is more than ${TIME_TOLERANCE_MS / 1000} s ahead of the server's clock; live pages and alerts use the time of arrival instead. Set the device's clock, for example from the Date header of this answer`,
  },
  clockUnset: {
    code: 'CLOCK_UNSET',
    field: 'Time',
    message:
      "is the date of a receiver that has not been told the time (before the year 2000, or 1,024 or 2,048 weeks ago); live pages and alerts use the time of arrival instead. Set the device's clock, for example from the Date header of this answer",
  },
  zeroPosition: {
    code: 'ZERO_POSITION',
    field: 'Latitude',
    message: 'is 0, as is Longtitude; the record is stored without a position. Without a fix, leave both out',
  },
  repeatedOverspeed: repeatedFlag('isOverspeed', 'isOverspeedFinished'),
  repeatedNeutralSlide: repeatedFlag('isNeutralSlide', 'isNeutralSlideFinished'),
} as const satisfies Readonly<Record<string, { code: string; field: string; message: string }>>;
export type RecordWarningKind = keyof typeof RECORD_WARNINGS;

/** Describes a flag that reports a beginning, and is set again before the end was reported. */
function repeatedFlag<Start extends string>(field: Start, end: string) {
  const message = `is set again up to ${DRIVE_BREAK_MS / 1000} s after another record of the driver, without ${end} in between; summaries count every record with it. Send it once, when it begins`;
  return { code: 'REPEATED_FLAG', field, message } as const;
}

export const WARNING_CODES = [...new Set(Object.values(RECORD_WARNINGS).map(({ code }) => code))];

/** One kind of warning about the accepted records of a request. */
export const recordWarningSchema = z.strictObject({
  code: z.enum(WARNING_CODES).describe('Stable; more may come'),
  field: z.string().describe('The field that it is about'),
  count: z.int().min(1).describe('How many accepted records it is about'),
  firstIndex: z.int().min(0).describe('Position of the first of them in the request, from 0'),
  message: z.string().describe('What is odd about the value, and what to do'),
});
export type RecordWarning = z.infer<typeof recordWarningSchema>;
