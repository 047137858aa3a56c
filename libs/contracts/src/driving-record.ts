import * as z from 'zod';

/** Characters of the longest id of a driver: code points in NFC. */
export const DRIVER_ID_LENGTH = 64;

/**
 * Identifiers of drivers, in NFC: 1 to 64 letters, digits, combining marks, spaces and `. _ : @ / # + -`, starting with a
 * letter or digit. Vowels and tones of Thai, Hindi and other scripts are marks. The set keeps out control characters, CSV
 * formulas and `__proto__`, because the ID becomes an object key on the wire.
 */
export const DRIVER_ID_PATTERN =
  /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._:@/#+-]{0,62}[\p{L}\p{M}\p{N}._:@/#+-])?$/u;

/** Bounds of every measured value; the units are those of the field names. */
export const LIMITS = {
  latitudeDeg: { min: -90, max: 90 },
  longitudeDeg: { min: -180, max: 180 },
  /** Well above any road vehicle; the recorded data ends at 149. */
  speedKmh: { min: 0, max: 500 },
  headingDeg: { min: 0, max: 360 },
  /** A behaviour lasts at most a day; the recorded data ends at 103 s. */
  durationSeconds: { min: 0, max: 86_400 },
  /** 1 January 1970 to 31 December 2099, which keeps junk clocks out of charts and indexes. */
  recordedAtMs: { min: 0, max: Date.UTC(2100, 0, 1) - 1 },
  plateNumberLength: 32,
  siteNameLength: 256,
} as const;

/** A text of so many characters at most, by code points: `max` of zod counts the units of UTF-16. */
const textOf = (maxLength: number) => z.string().regex(new RegExp(`^.{0,${maxLength}}$`, 'su'));

const between = ({ min, max }: { min: number; max: number }) => z.number().min(min).max(max);

/**
 * One sample of one vehicle as everything inside Drivewatch holds it: JSON-safe, well-spelled, with units.
 * The names on the wire are translated once, in wire-record.ts. Source of the fields: the detail records of the
 * original system (19 columns).
 */
export const drivingRecordSchema = z.strictObject({
  /** From the device, derived from its idempotency key, or given when accepted; storing the same id again stores nothing. */
  id: z.uuid(),
  driverId: z.string().regex(DRIVER_ID_PATTERN),
  /** Empty when the device did not send it. */
  plateNumber: textOf(LIMITS.plateNumberLength),
  /** WGS 84; `null` without a position fix. */
  latitudeDeg: between(LIMITS.latitudeDeg).nullable(),
  longitudeDeg: between(LIMITS.longitudeDeg).nullable(),
  /** `null` when the device has none to give, though it says that something happened. */
  speedKmh: between(LIMITS.speedKmh).nullable(),
  /** Clockwise from north; `null` when unknown. */
  headingDeg: between(LIMITS.headingDeg).nullable(),
  siteName: textOf(LIMITS.siteNameLength),
  /** When the vehicle took the sample, epoch milliseconds. */
  recordedAtMs: z.int().min(LIMITS.recordedAtMs.min).max(LIMITS.recordedAtMs.max),
  /** When it was accepted, epoch milliseconds of the server's clock; `null` in jobs of older versions, which did not say. */
  receivedAtMs: z.int().min(0).nullable().default(null),
  rapidSpeedup: z.boolean(),
  rapidSlowdown: z.boolean(),
  neutralSlide: z.boolean(),
  neutralSlideFinished: z.boolean(),
  /** Length of the neutral slide that this record finishes, else 0. */
  neutralSlideSeconds: between(LIMITS.durationSeconds),
  overspeed: z.boolean(),
  overspeedFinished: z.boolean(),
  /** Length of the overspeeding that this record finishes, else 0. */
  overspeedSeconds: between(LIMITS.durationSeconds),
  fatigueDriving: z.boolean(),
  throttleStop: z.boolean(),
  oilLeak: z.boolean(),
});
export type DrivingRecord = z.infer<typeof drivingRecordSchema>;
