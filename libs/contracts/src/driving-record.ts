import * as z from 'zod';

/** The longest id of a driver, in code points of NFC. */
export const DRIVER_ID_LENGTH = 64;

/**
 * Driver IDs, in NFC: 1 to 64 letters, digits, combining marks, spaces and `. _ : @ / # + -`, starting with a letter or
 * digit. Vowels and tones of Thai, Hindi and other scripts are marks. The set keeps out control characters, CSV
 * formulas and `__proto__`, because the ID becomes an object key on the wire.
 */
export const DRIVER_ID_PATTERN =
  /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._:@/#+-]{0,62}[\p{L}\p{M}\p{N}._:@/#+-])?$/u;

/** The bounds of every measured value, in the units that the field names state. */
export const LIMITS = {
  latitudeDeg: { min: -90, max: 90 },
  longitudeDeg: { min: -180, max: 180 },
  /** This is well above any road vehicle; the recorded data ends at 149. */
  speedKmh: { min: 0, max: 500 },
  headingDeg: { min: 0, max: 360 },
  /** A behaviour lasts at most a day; the recorded data ends at 103 s. */
  durationSeconds: { min: 0, max: 86_400 },
  /** The range is 1 January 1970 to 31 December 2099, which keeps nonsense clocks out of charts and indexes. */
  recordedAtMs: { min: 0, max: Date.UTC(2100, 0, 1) - 1 },
  plateNumberLength: 32,
  siteNameLength: 256,
} as const;

/** Returns a schema of a text of at most so many code points; zod's `max` counts UTF-16 units. */
const textOf = (maxLength: number) => z.string().regex(new RegExp(`^.{0,${maxLength}}$`, 'su'));

const between = ({ min, max }: { min: number; max: number }) => z.number().min(min).max(max);

/**
 * One sample of one vehicle as everything inside Drivewatch holds it: JSON-safe, correctly spelled and with units. The
 * names on the wire are translated once, in wire-record.ts. The fields come from the detail records of the original
 * system (19 columns).
 */
export const drivingRecordSchema = z.strictObject({
  /** The id comes from the device or its idempotency key, or is made on acceptance. Storing it again stores nothing. */
  id: z.uuid(),
  driverId: z.string().regex(DRIVER_ID_PATTERN),
  /** The plate number is empty when the device did not send it. */
  plateNumber: textOf(LIMITS.plateNumberLength),
  /** The position (WGS 84) is `null` without a fix. */
  latitudeDeg: between(LIMITS.latitudeDeg).nullable(),
  longitudeDeg: between(LIMITS.longitudeDeg).nullable(),
  /** The speed is `null` when the device cannot tell it, although it reports that something happened. */
  speedKmh: between(LIMITS.speedKmh).nullable(),
  /** The heading is clockwise from north; `null` when unknown. */
  headingDeg: between(LIMITS.headingDeg).nullable(),
  siteName: textOf(LIMITS.siteNameLength),
  /** The time at which the vehicle took the sample, in epoch milliseconds. */
  recordedAtMs: z.int().min(LIMITS.recordedAtMs.min).max(LIMITS.recordedAtMs.max),
  /** The time of acceptance by the server's clock, in epoch milliseconds; `null` in jobs of older versions. */
  receivedAtMs: z.int().min(0).nullable().default(null),
  rapidSpeedup: z.boolean(),
  rapidSlowdown: z.boolean(),
  neutralSlide: z.boolean(),
  neutralSlideFinished: z.boolean(),
  /** The length of the neutral slide that this record ends, else 0. */
  neutralSlideSeconds: between(LIMITS.durationSeconds),
  overspeed: z.boolean(),
  overspeedFinished: z.boolean(),
  /** The length of the overspeeding that this record ends, else 0. */
  overspeedSeconds: between(LIMITS.durationSeconds),
  fatigueDriving: z.boolean(),
  throttleStop: z.boolean(),
  oilLeak: z.boolean(),
});
export type DrivingRecord = z.infer<typeof drivingRecordSchema>;
