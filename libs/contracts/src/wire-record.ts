import * as z from 'zod';
import { type DrivingRecord, LIMITS } from './driving-record';
import { blankFault, flag, isBlank, numberFromAnyBelow, numberOr, recordId, shown } from './wire-field';
import { driverId, text } from './wire-name';
import { type FleetTimeParser, time } from './wire-time';

/**
 * The header of `POST /addData` that marks history which is to raise alerts as if it happened now: `1`; it is absent or
 * `0` otherwise.
 */
export const REPLAY_HEADER = 'X-Replay';

/** A record as a device means it, before Drivewatch has accepted it. */
export type SubmittedRecord = Omit<DrivingRecord, 'id' | 'receivedAtMs'>;

/** A record as `POST /addData` accepts it. */
export interface ReportedRecord {
  readonly record: SubmittedRecord;
  /** The id that the device gave it, if any. */
  readonly recordId: string | null;
  /** Whether its device sent 0 for both coordinates, which the record has as no position. */
  readonly hasZeroPosition: boolean;
}

/** The fields that report that something happened. A record with one of them set may have no speed. */
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

const POSITION = 'without a position, leave out both; both 0 is none';

const wireFields = (parseFleetTime: FleetTimeParser, arrivalMs?: () => number) => ({
  driverID: driverId(),
  carPlateNumber: text('The number plate of the vehicle', LIMITS.plateNumberLength),
  Latitude: numberOr(null, LIMITS.latitudeDeg, 'degrees, WGS 84', POSITION),
  // This is the original's spelling, which devices send; the correct spelling is taken as well.
  Longtitude: numberOr(null, LIMITS.longitudeDeg, 'degrees, WGS 84', POSITION),
  Longitude: numberOr(null, LIMITS.longitudeDeg, 'degrees, WGS 84', `the same as Longtitude; ${POSITION}`),
  Speed: numberFromAnyBelow(LIMITS.speedKmh, 'km/h', 'may be missing or negative where a flag is set'),
  Direction: numberOr(null, LIMITS.headingDeg, 'degrees clockwise from north', 'where the vehicle heads'),
  siteName: text('The name of the place, where the device knows one', LIMITS.siteNameLength),
  Time: time(parseFleetTime, arrivalMs),
  isRapidlySpeedup: flag('The driver accelerated sharply; send it once for each time'),
  isRapidlySlowdown: flag('The driver braked sharply; send it once for each time'),
  isNeutralSlide: flag('The vehicle begins to roll in neutral; send it once, when that begins'),
  isNeutralSlideFinished: flag(
    'The vehicle stops rolling in neutral; send it once, with neutralSlideTime, and in the same record as isNeutralSlide if it is over at once',
  ),
  neutralSlideTime: numberOr(
    0,
    LIMITS.durationSeconds,
    'seconds',
    'how long the vehicle rolled in neutral; send it with isNeutralSlideFinished',
  ),
  isOverspeed: flag(
    'The driver begins to speed; send it once, when that begins, and not in each record while it lasts, since the summaries count every record with it. It raises an alert',
  ),
  isOverspeedFinished: flag(
    'The driver stops speeding; send it once, with overspeedTime, and in the same record as isOverspeed if it is over at once. It ends the alert',
  ),
  overspeedTime: numberOr(
    0,
    LIMITS.durationSeconds,
    'seconds',
    'how long the driver was speeding; send it with isOverspeedFinished',
  ),
  isFatigueDriving: flag('The device finds the driver tired; send it in each record while it does'),
  isHthrottleStop: flag(
    'The device reports a throttle stop (the original system does not say more); send it once for each time',
  ),
  isOilLeak: flag('The device finds that the vehicle leaks oil; send it once for each time that it is found'),
});
type WireShape = ReturnType<typeof wireFields>;
type WireFields = z.output<z.ZodObject<WireShape>>;

/** Makes the schema of one record with these fields and no others. */
const wireObject = <S extends WireShape>(shape: S) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? undefined : 'is not a JSON object; send one record',
  });

/**
 * Makes the schema of one record as detail-record files hold it. This is the only place where wire names become those
 * of `DrivingRecord`. Numbers and flags may be strings. `driverID` and `Time` are required, and so is `Speed` where
 * nothing happened. A field that the original does not have is refused, because a misspelled flag would otherwise be an
 * alert that nobody sees.
 *
 * @param parseFleetTime reads a `Time` without an offset
 * @param arrivalMs returns when the records arrive, in epoch milliseconds: `Time` may be at most `MAX_AHEAD_MS` ahead
 * of it. Without it, any time is accepted.
 */
export const createWireRecordSchema = (parseFleetTime: FleetTimeParser, arrivalMs?: () => number) =>
  wireObject(wireFields(parseFleetTime, arrivalMs)).check(checkSpeed).transform(toSubmittedRecord);

/**
 * Makes {@link createWireRecordSchema} for a record that a device reports now, which may give its id (`recordId`).
 *
 * @param nowMs the server's clock, epoch milliseconds
 */
export const createReportedRecordSchema = (parseFleetTime: FleetTimeParser, nowMs: () => number) =>
  wireObject({ ...wireFields(parseFleetTime, nowMs), recordId: recordId() })
    .check(checkSpeed)
    .transform((wire, context): ReportedRecord => ({
      record: toSubmittedRecord(wire, context),
      recordId: wire.recordId,
      hasZeroPosition: isZeroPosition(wire),
    }));

/**
 * Checks the speed. A receiver without satellites knows no speed, and sends -1 or nothing, but it still knows that the
 * driver speeds or slides. This check runs with those of the other fields, so that everything wrong with a record is
 * reported at once.
 */
function checkSpeed({ value: wire, issues }: z.core.ParsePayload<WireFields>): void {
  const { Speed: speed } = wire;
  if (!isBlank(speed) && !(speed < 0)) return;
  if (WIRE_FLAG_NAMES.some((name) => wire[name])) return;
  const { min, max } = LIMITS.speedKmh;
  issues.push({
    code: 'custom',
    path: ['Speed'],
    input: speed,
    message: `${isBlank(speed) ? blankFault(speed) : `is ${shown(speed)}`}; allowed: a number from ${min} to ${max} (km/h); it may be missing or negative only where a flag such as isOverspeed is set`,
  });
}

/** This point lies in the sea off Africa, where there is no road; a receiver without a position sends it. */
const isZeroPosition = ({ Latitude, Longtitude, Longitude }: WireFields): boolean =>
  Latitude === 0 && (Longtitude ?? Longitude) === 0;

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
  const hasPosition = !isZeroPosition(wire);
  return {
    driverId: wire.driverID,
    plateNumber: wire.carPlateNumber,
    latitudeDeg: hasPosition ? wire.Latitude : null,
    longitudeDeg: hasPosition ? longitudeDeg : null,
    speedKmh: isBlank(wire.Speed) || wire.Speed < 0 ? null : wire.Speed,
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

/** The names that `POST /addData` knows: the detail-record columns in their order, and `recordId`. */
export const WIRE_FIELD_NAMES: readonly string[] = [...Object.keys(wireFields(() => null)), 'recordId'];

/** One wrong field, as `400` answers list it. */
export const fieldErrorSchema = z.strictObject({
  field: z.string().describe('Name on the wire, or empty when the body as a whole is wrong'),
  message: z.string().describe('What is wrong with the value, and what is allowed'),
});
export type FieldError = z.infer<typeof fieldErrorSchema>;

/** The text is the same for every such field, since an answer may list thousands. */
const UNKNOWN_FIELD = `is not a field of a driving record; allowed: ${WIRE_FIELD_NAMES.join(', ')}`;

/** Returns the wrong fields of a record, described for the programmer of a device and in the order of the columns. */
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

/** Returns the position of a field; an unknown field comes last. */
function columnOf(field: string): number {
  const column = WIRE_FIELD_NAMES.indexOf(field);
  return column === -1 ? WIRE_FIELD_NAMES.length : column;
}
