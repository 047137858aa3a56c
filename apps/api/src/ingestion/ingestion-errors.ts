import {
  type AddDataAnswer,
  type FieldError,
  MAX_REJECTED_RECORDS,
  type ProblemCode,
  PROBLEMS,
  type Rejection,
  shown,
} from '@drivewatch/contracts';
import { LAST_ANSWER, ProblemError, type ProblemMembers } from '../http/problem-error';
import { toProblem } from '../http/to-problem';
import { type Admission, untilNextHourSeconds } from './drivers/admitted-drivers';

/** Refuses a record that cannot be taken as it is; sending it again does not help. */
export const invalidRecord = (errors: FieldError[]): ProblemError =>
  new ProblemError(
    'INVALID_RECORD',
    `The record has ${errors.length} wrong field${errors.length === 1 ? '' : 's'}`,
    { members: { errors } },
  );

/** The queue cannot confirm records now; the same record may be sent again later. */
export class QueueUnavailableError extends ProblemError {
  override readonly name = 'QueueUnavailableError';

  /** @param reason for people who read the log */
  constructor(reason: string, { cause }: { cause?: unknown } = {}) {
    const detail = 'The record was not accepted because the queue is away; send it again after Retry-After';
    super('QUEUE_UNAVAILABLE', detail, { reason, cause });
  }
}

/** What had happened to a request's records when it failed (`cause`). */
export interface BatchProgress {
  accepted: number;
  nextIndex: number;
  rejected: Rejection[];
  rejectedCount: number;
}

/**
 * A request with several records failed after some of them may have been accepted; the answer is that of the failure's
 * cause.
 */
export class InterruptedBatchError extends ProblemError {
  override readonly name = 'InterruptedBatchError';

  constructor(
    override readonly cause: unknown,
    readonly progress: BatchProgress,
  ) {
    const { code, problem, members, headers, retryAfterSeconds } = toProblem(cause);
    const { status, detail } = problem;
    super(code, detail, { members: { ...members, ...progress }, headers, retryAfterSeconds, status, cause });
  }
}

/** Gives consumers time to store a good part of a full queue. */
const QUEUE_FULL_RETRY_AFTER_SECONDS = 5;

/** Refuses a record that the queue would take but that no consumer of this version could store. */
export const schemaTooNew = (): ProblemError =>
  new ProblemError(
    'SCHEMA_TOO_NEW',
    'The record was not accepted because a newer version of Drivewatch has changed the database; send it again after Retry-After',
  );

export const unsupportedMediaType = (detail: string): ProblemError =>
  new ProblemError('UNSUPPORTED_MEDIA_TYPE', detail);

export const bodyTooLarge = (maxBytes: number): ProblemError =>
  new ProblemError(
    'BODY_TOO_LARGE',
    `The body is too large; allowed: ${maxBytes} bytes, decompressed (MAX_BODY_BYTES)`,
  );

/** Explains that a record is too large, whether it is a whole body or a line. */
export const tooManyBytesFor = (what: string, maxBytes: number): string =>
  `${what} is too large; allowed: one driving record of at most ${maxBytes} bytes (MAX_RECORD_BYTES)`;

/** @param hint added to the explanation */
export const recordTooLarge = (maxBytes: number, hint = ''): ProblemError =>
  new ProblemError('BODY_TOO_LARGE', tooManyBytesFor('The record', maxBytes) + hint);

export const tooManyRecords = (maxRecords: number): ProblemError =>
  new ProblemError(
    'TOO_MANY_RECORDS',
    `The request has too many records; allowed: ${maxRecords} (MAX_RECORDS_PER_REQUEST)`,
  );

export const tooManyRejected = (): ProblemError =>
  new ProblemError(
    'TOO_MANY_REJECTED',
    `The rest of the request was not checked, because ${MAX_REJECTED_RECORDS} of its records were rejected; correct those, and continue from nextIndex`,
  );

export const malformedJson = (detail: string, members: ProblemMembers = {}): ProblemError =>
  new ProblemError('MALFORMED_JSON', detail, { members });

/** The sender may have forgotten the header: bytes after such a request are no body of it. */
export const noBodyAnnounced = (): ProblemError =>
  malformedJson(
    'The body is empty: the request has neither Content-Length nor Transfer-Encoding, so its headers announce no body; send Content-Length and a driving record as a JSON object',
  );

export const malformedGzip = (): ProblemError =>
  new ProblemError('MALFORMED_GZIP', 'The body is not what Content-Encoding: gzip says');

export const connectionLost = (): ProblemError =>
  new ProblemError('BAD_REQUEST', 'The connection ended before the body did');

/** Ends an upload whose sender has probably gone. */
export const senderLeft = (afterMs: number): ProblemError =>
  new ProblemError(
    'REQUEST_TIMEOUT',
    `The upload took more than ${afterMs / 1000} seconds after its sender had ended its side of the connection; keep it open until the answer`,
    { headers: LAST_ANSWER },
  );

export const overloaded = (maxBytes: number): ProblemError =>
  new ProblemError(
    'OVERLOADED',
    `The bodies being read hold ${maxBytes} bytes, which is the limit (MAX_IN_FLIGHT_BYTES); send it again after Retry-After`,
  );

export const keyOverloaded = (maxBytes: number): ProblemError =>
  new ProblemError(
    'OVERLOADED',
    `The bodies being read with this key hold ${maxBytes} bytes, half of the limit (MAX_IN_FLIGHT_BYTES); send it again after Retry-After`,
  );

export const queueFull = (maxJobs: number): ProblemError =>
  new ProblemError(
    'QUEUE_FULL',
    `${maxJobs} jobs wait to be stored, which is the limit (QUEUE_MAX); send it again after Retry-After`,
    { retryAfterSeconds: QUEUE_FULL_RETRY_AFTER_SECONDS },
  );

export const shuttingDown = (): ProblemError =>
  new ProblemError('SHUTTING_DOWN', 'The server is shutting down; send it again after Retry-After', {
    headers: LAST_ANSWER,
  });

export const invalidIdempotencyKey = (): ProblemError =>
  new ProblemError(
    'INVALID_IDEMPOTENCY_KEY',
    'The header Idempotency-Key is not usable; allowed: once, 1 to 255 visible ASCII characters without spaces',
  );

export const replayNotAllowed = (): ProblemError =>
  new ProblemError(
    'REPLAY_NOT_ALLOWED',
    'The device key is not marked for replay; send without the header X-Replay, or with a key that is',
  );

/**
 * Explains why a record is rejected whose id was used for another one.
 *
 * @param idempotencyKey `null` if it named its own id
 */
export function idReused(recordId: string, idempotencyKey: string | null): Omit<Rejection, 'index'> {
  const before = 'was used before, with different content';
  if (idempotencyKey === null) {
    const message = `is ${shown(recordId)}, which ${before}; allowed: an id of its own for each record, and the same again only for the same record`;
    return { code: 'RECORD_ID_REUSED', errors: [{ field: 'recordId', message }] };
  }
  const message = `is ${shown(idempotencyKey)}, which ${before}; allowed: a key of its own for each request, and the same again only for the same records in the same order`;
  return { code: 'IDEMPOTENCY_KEY_REUSED', errors: [{ field: 'Idempotency-Key', message }] };
}

/**
 * Explains why a record of a new driver is not taken now.
 *
 * @param admission which limit has been reached
 */
export function tooManyNewDrivers(
  driverId: string,
  admission: Exclude<Admission, 'taken'>,
  limits: { FLEET_DRIVERS: number; NEW_DRIVERS_PER_KEY_HOUR: number; most: number },
): Omit<Rejection, 'index'> {
  const { FLEET_DRIVERS, NEW_DRIVERS_PER_KEY_HOUR, most } = limits;
  const allowed =
    admission === 'key'
      ? `${NEW_DRIVERS_PER_KEY_HOUR} new drivers with one device key in an hour (NEW_DRIVERS_PER_KEY_HOUR), now that ${FLEET_DRIVERS} drivers are known (FLEET_DRIVERS); send it again in the next hour`
      : `${most} drivers, twice FLEET_DRIVERS; send it again when there is room`;
  const message = `is ${shown(driverId)}, of whom no record has come before, and there are too many new drivers; allowed: ${allowed}`;
  return { code: 'TOO_MANY_NEW_DRIVERS', errors: [{ field: 'driverID', message }] };
}

/** The codes with which a single record may be refused for reasons other than its fields. */
const REFUSALS: readonly ProblemCode[] = [
  'DRIVER_NOT_ALLOWED',
  'NESTED_TOO_DEEP',
  'IDEMPOTENCY_KEY_REUSED',
  'RECORD_ID_REUSED',
  'TOO_MANY_NEW_DRIVERS',
];

/** Returns the answer to a single record that was not accepted. */
export function refusedRecord({ code, errors }: Omit<Rejection, 'index'>): ProblemError {
  if (!REFUSALS.includes(code)) return invalidRecord(errors);
  const [reason] = errors;
  const detail = `${reason?.field === '' ? 'The record' : (reason?.field ?? 'The record')} ${reason?.message ?? ''}`;
  return refusalOf(code, detail);
}

/** Returns the answer to a request whose records were all rejected, or that has none. */
export function nothingAccepted({ rejected, rejectedCount }: Omit<AddDataAnswer, 'accepted'>): ProblemError {
  if (rejectedCount === 0)
    return invalidRecord([{ field: '', message: 'holds no records; send at least one' }]);
  const detail = `None of the ${rejectedCount} records was accepted; rejected says why`;
  return refusalOf(codeOf(rejected), detail, { accepted: 0, rejected, rejectedCount });
}

const refusalOf = (code: ProblemCode, detail: string, members?: ProblemMembers): ProblemError =>
  new ProblemError(code, detail, {
    ...(members !== undefined && { members }),
    retryAfterSeconds: retryAfterSeconds(code),
  });

/** Returns when refused records may be taken; undefined if sending them again does not help. */
const retryAfterSeconds = (code: ProblemCode): number | undefined =>
  code === 'TOO_MANY_NEW_DRIVERS' ? untilNextHourSeconds() : undefined;

/** Returns the code for a request as a whole. @param rejected all of its records, at least one */
function codeOf(rejected: readonly Rejection[]): ProblemCode {
  const code = rejected[0]?.code ?? 'INVALID_RECORD';
  const { status } = PROBLEMS[code];
  const isOneStatus = rejected.every(
    (one) => REFUSALS.includes(one.code) && PROBLEMS[one.code].status === status,
  );
  return isOneStatus && status !== 400 ? code : 'INVALID_RECORD';
}
