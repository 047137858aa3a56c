import * as z from 'zod';
import { type DrivingRecord, LIMITS } from './driving-record';
import { flag, numberFromAnyBelow, numberOr, recordId, shown } from './wire-field';
import { driverId, text } from './wire-name';
import { type FleetTimeParser, time } from './wire-time';

/**
 * Header of `POST /addData` with which history is sent whose alerts are wanted as if it happened now: `1`; absent or `0`
 * otherwise.
 */
export const REPLAY_HEADER = 'X-Replay';

/** A record as a device means it, before Drivewatch has taken it. */
export type SubmittedRecord = Omit<DrivingRecord, 'id' | 'receivedAtMs'>;

/** A record as `POST /addData` takes it, with the id that the device gave it, if any. */
export interface ReportedRecord {
  readonly record: SubmittedRecord;
  readonly recordId: string | null;
}

/** The fields that say that something happened. A record with one of them set may have no speed. */
export const WIRE_FLAG_NAMES = [
  'isRapidlySpeedup',
  'isRapidlySlowdown',
  'isNeutralSlide',
  'isNeutralSlideFinished',
  'isOverspeed',
  'isOverspeedFinished',
  'isFatigueDriving',
  'isHthrottleStop',
  'isOilLeak',
] as const;

const wireFields = (parseFleetTime: FleetTimeParser, arrivalMs?: () => number) => ({
  driverID: driverId(),
  carPlateNumber: text(LIMITS.plateNumberLength),
  Latitude: numberOr(null, LIMITS.latitudeDeg, 'degrees, WGS 84'),
  // The original's spelling, which devices send; the right one is taken as well.
  Longtitude: numberOr(null, LIMITS.longitudeDeg, 'degrees, WGS 84'),
  Longitude: numberOr(null, LIMITS.longitudeDeg, 'degrees, WGS 84'),
  Speed: numberFromAnyBelow(LIMITS.speedKmh, 'km/h', 'may be missing or negative where a flag is set'),
  Direction: numberOr(null, LIMITS.headingDeg, 'degrees clockwise from north'),
  siteName: text(LIMITS.siteNameLength),
  Time: time(parseFleetTime, arrivalMs),
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
});
type WireShape = ReturnType<typeof wireFields>;
type WireFields = z.output<z.ZodObject<WireShape>>;

/** One record of these fields, and of no others. */
const wireObject = <S extends WireShape>(shape: S) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? undefined : 'is not a JSON object; send one record',
  });

/**
 * The schema of one record as detail-record files hold it, and the only place where the names of the wire become those
 * of `DrivingRecord`. Numbers and flags may be strings. Required: `driverID`, `Time`, and `Speed` where nothing happened;
 * a field that is not one of the original's is refused, because a misspelled flag would otherwise be an alert that nobody
 * sees.
 *
 * @param parseFleetTime reads a `Time` without an offset
 * @param arrivalMs when the records arrive, epoch milliseconds: `Time` may be at most `MAX_AHEAD_MS` ahead of it; of any
 * time where it is not given
 */
export const createWireRecordSchema = (parseFleetTime: FleetTimeParser, arrivalMs?: () => number) =>
  wireObject(wireFields(parseFleetTime, arrivalMs)).check(checkSpeed).transform(toSubmittedRecord);

/**
 * As {@link createWireRecordSchema}, of a record that a device reports now: it may say its id (`recordId`).
 *
 * @param nowMs the server's clock, epoch milliseconds
 */
export const createReportedRecordSchema = (parseFleetTime: FleetTimeParser, nowMs: () => number) =>
  wireObject({ ...wireFields(parseFleetTime, nowMs), recordId: recordId() })
    .check(checkSpeed)
    .transform((wire, context): ReportedRecord => ({
      record: toSubmittedRecord(wire, context),
      recordId: wire.recordId,
    }));

/**
 * A receiver without satellites knows no speed, and says -1 or nothing; that the driver speeds or slides it knows all the
 * same. Runs with the other fields' checks, so that all that is wrong with a record is said at once.
 */
function checkSpeed({ value: wire, issues }: z.core.ParsePayload<WireFields>): void {
  if (wire.Speed !== null && !(wire.Speed < 0)) return;
  if (WIRE_FLAG_NAMES.some((name) => wire[name])) return;
  const { min, max } = LIMITS.speedKmh;
  issues.push({
    code: 'custom',
    path: ['Speed'],
    input: wire.Speed,
    message: `is ${wire.Speed === null ? 'missing' : shown(wire.Speed)}; allowed: a number from ${min} to ${max} (km/h); it may be missing or negative only where a flag such as isOverspeed is set`,
  });
}

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
  // Off the coast of Africa, where no road is: a receiver that has no position says so.
  const hasPosition = wire.Latitude !== 0 || longitudeDeg !== 0;
  return {
    driverId: wire.driverID,
    plateNumber: wire.carPlateNumber,
    latitudeDeg: hasPosition ? wire.Latitude : null,
    longitudeDeg: hasPosition ? longitudeDeg : null,
    speedKmh: wire.Speed !== null && wire.Speed < 0 ? null : wire.Speed,
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
export const WIRE_FIELD_NAMES: readonly string[] = [...Object.keys(wireFields(() => null)), 'recordId'];

/** One wrong field, as `400` answers list it. */
export const fieldErrorSchema = z.strictObject({
  field: z.string().describe('Name on the wire, or empty when the body as a whole is wrong'),
  message: z.string().describe('What is wrong with the value, and what is allowed'),
});
export type FieldError = z.infer<typeof fieldErrorSchema>;

/** The same text for every such field: an answer may list thousands. */
const UNKNOWN_FIELD = `is not a field of a driving record; allowed: ${WIRE_FIELD_NAMES.join(', ')}`;

/** The wrong fields of a record, in the words a device programmer needs and in order of the columns. */
export function toFieldErrors(error: z.ZodError): FieldError[] {
  return error.issues
    .flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.slice(0, 20).map((key) => ({
            field: key.slice(0, 64),
            message: UNKNOWN_FIELD,
          }))
        : [{ field: issue.path.join('.'), message: issue.message }],
    )
    .sort((one, other) => columnOf(one.field) - columnOf(other.field));
}

/** Position of a field; one that does not exist comes last. */
function columnOf(field: string): number {
  const column = WIRE_FIELD_NAMES.indexOf(field);
  return column === -1 ? WIRE_FIELD_NAMES.length : column;
}
