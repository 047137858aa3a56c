import { z } from 'zod';
import { type DrivingRecord, LIMITS } from './driving-record';
import {
  driverId,
  flag,
  type FleetTimeParser,
  numberOr,
  recordId,
  requiredNumber,
  text,
  time,
} from './wire-field';

/**
 * Header of `POST /addData` with which history is sent whose alerts are wanted as if it happened now: `1`; absent or `0`
 * otherwise.
 */
export const REPLAY_HEADER = 'X-Replay';

/** A record as a device means it, before Drivewatch has taken it. */
export type SubmittedRecord = Omit<DrivingRecord, 'id' | 'receivedAtMs'>;

/** A record as `POST /addData` takes it: `id` is the one that the device gave it, if any. */
export type ReportedRecord = SubmittedRecord & { id: string | null };

const wireFields = (parseFleetTime: FleetTimeParser, nowMs?: () => number) =>
  z.strictObject(
    {
      driverID: driverId(),
      carPlateNumber: text(LIMITS.plateNumberLength),
      Latitude: numberOr(null, LIMITS.latitudeDeg, 'degrees, WGS 84'),
      // The original's spelling, which devices send; the right one is taken as well.
      Longtitude: numberOr(null, LIMITS.longitudeDeg, 'degrees, WGS 84'),
      Longitude: numberOr(null, LIMITS.longitudeDeg, 'degrees, WGS 84'),
      Speed: requiredNumber(LIMITS.speedKmh, 'km/h'),
      Direction: numberOr(null, LIMITS.headingDeg, 'degrees clockwise from north'),
      siteName: text(LIMITS.siteNameLength),
      Time: time(parseFleetTime, nowMs),
      isRapidlySpeedup: flag(),
      isRapidlySlowdown: flag(),
      isNeutralSlide: flag(),
      isNeutralSlideFinished: flag(),
      neutralSlideTime: numberOr(0, LIMITS.durationSeconds, 'seconds'),
      isOverspeed: flag(),
      isOverspeedFinished: flag(),
      overspeedTime: numberOr(0, LIMITS.durationSeconds, 'seconds'),
      isFatigueDriving: flag(),
      isHthrottleStop: flag(),
      isOilLeak: flag(),
    },
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys' ? undefined : 'is not a JSON object; send one record',
    },
  );

type WireFields = z.output<ReturnType<typeof wireFields>>;

/**
 * The schema of one record as detail-record files hold it, and the only place where the names of the wire become those
 * of `DrivingRecord`. Numbers and flags may be strings. Required: `driverID`, `Speed`, `Time`; a field that is not one
 * of the original's is refused, because a misspelled flag would otherwise be an alert that nobody sees.
 *
 * @param parseFleetTime reads a `Time` without an offset
 */
export const createWireRecordSchema = (parseFleetTime: FleetTimeParser) =>
  wireFields(parseFleetTime).transform(toSubmittedRecord);

/**
 * As {@link createWireRecordSchema}, of a record that a device reports now: it may say its id (`recordId`), and `Time` may
 * be at most {@link MAX_AHEAD_MS} ahead of the server's clock.
 *
 * @param nowMs the server's clock, epoch milliseconds
 */
export const createReportedRecordSchema = (parseFleetTime: FleetTimeParser, nowMs: () => number) =>
  wireFields(parseFleetTime, nowMs)
    .extend({ recordId: recordId() })
    .transform((wire, context): ReportedRecord =>
      // Not a copy: this runs for every record.
      Object.assign(toSubmittedRecord(wire, context), { id: wire.recordId }),
    );

function toSubmittedRecord(wire: WireFields, context: z.RefinementCtx): SubmittedRecord {
  if (wire.Longtitude !== null && wire.Longitude !== null && wire.Longtitude !== wire.Longitude) {
    context.addIssue({
      code: 'custom',
      path: ['Longitude'],
      message: `is ${wire.Longitude} while Longtitude is ${wire.Longtitude}; allowed: one of the two, or both alike`,
    });
  }
  const longitudeDeg = wire.Longtitude ?? wire.Longitude;
  if ((wire.Latitude === null) !== (longitudeDeg === null)) {
    context.addIssue({
      code: 'custom',
      path: [wire.Latitude === null ? 'Latitude' : 'Longtitude'],
      message: 'is missing; allowed: Latitude and Longtitude together, or neither',
    });
  }
  return {
    driverId: wire.driverID,
    plateNumber: wire.carPlateNumber,
    latitudeDeg: wire.Latitude,
    longitudeDeg,
    speedKmh: wire.Speed,
    headingDeg: wire.Direction,
    siteName: wire.siteName,
    recordedAtMs: wire.Time,
    rapidSpeedup: wire.isRapidlySpeedup,
    rapidSlowdown: wire.isRapidlySlowdown,
    neutralSlide: wire.isNeutralSlide,
    neutralSlideFinished: wire.isNeutralSlideFinished,
    neutralSlideSeconds: wire.neutralSlideTime,
    overspeed: wire.isOverspeed,
    overspeedFinished: wire.isOverspeedFinished,
    overspeedSeconds: wire.overspeedTime,
    fatigueDriving: wire.isFatigueDriving,
    throttleStop: wire.isHthrottleStop,
    oilLeak: wire.isOilLeak,
  };
}

/** The names that `POST /addData` knows: those of the detail-record columns in their order, and `recordId`. */
export const WIRE_FIELD_NAMES: readonly string[] = [...Object.keys(wireFields(() => null).shape), 'recordId'];

/** One wrong field, as `400` answers list it. */
export const fieldErrorSchema = z.strictObject({
  field: z.string().describe('Name on the wire, or empty when the body as a whole is wrong'),
  message: z.string().describe('What is wrong with the value, and what is allowed'),
});
export type FieldError = z.infer<typeof fieldErrorSchema>;

/** The wrong fields of a record, in the words a device programmer needs. */
export function toFieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.slice(0, 20).map((key) => ({
          field: key.slice(0, 64),
          message: `is not a field of a driving record; allowed: ${WIRE_FIELD_NAMES.join(', ')}`,
        }))
      : [{ field: issue.path.join('.'), message: issue.message }],
  );
}
