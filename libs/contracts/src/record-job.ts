import * as z from 'zod';
import { type DrivingRecord, drivingRecordSchema } from './driving-record';

/** The queue between the API and the consumers, and the only kind of job on it. */
export const RECORD_QUEUE = 'driving-records';
export const STORE_RECORDS_JOB = 'store-records';

/**
 * The newest version of a job that this program understands. A job states its version (`version`; absent means 1).
 *
 * A new optional field or column that a consumer may leave unread keeps the version, because a consumer that does not
 * know it ignores it. The version rises with everything that a consumer must understand to store the job correctly: a
 * field or column that changes what another one means or that must not get lost, and a field that names rows by number,
 * since those move when rows are set aside ({@link keepRows}). A new version is read one release before it is written
 * (docs/adr/0030).
 */
export const RECORD_JOB_VERSION = 1;

const FIELDS = Object.keys(drivingRecordSchema.shape) as (keyof DrivingRecord)[];

/**
 * The content of one job: the records of one group commit, in order of arrival. The names of the fields stand once in
 * front rather than in every record, which halves what is written to Redis and synced to its disk.
 */
export interface RecordJob {
  /** The version is absent in jobs of version 1, which are also taken by consumers that know of no versions. */
  version?: number;
  fields: string[];
  rows: unknown[][];
  /**
   * Rows whose ids were chosen outside (`recordId`, `Idempotency-Key`), so that they may come again with another time.
   * Where this is missing, as in jobs of older APIs, it is true of all rows.
   */
  outsideIds?: number[];
  /** The content that those ids stand for: row, content, and the `recordId` as sent. Jobs of older APIs do not say. */
  claims?: [row: number, content: string, sentId: string | null][];
}

/** The content that a chosen id stands for. The same id with another content would be the id of two records. */
export interface IdClaim {
  /** A UUID derived from everything the record says; `contentOf` of the API makes it. */
  readonly content: string;
  /**
   * The `recordId` as it was sent; `null` for an id derived from an `Idempotency-Key`, and in a job where it is the id
   * itself. Older versions stored under the sent id what is now stored under an id that is derived from it.
   */
  readonly sentId: string | null;
}

/** A record on its way to the database. */
export type AcceptedRecord = DrivingRecord & {
  /**
   * True, or absent, when the sender chose the id, which may then come again; false when it was made for this record.
   */
  readonly isIdChosen?: boolean;
  /** The content that a chosen id stands for; unknown for records that an older API accepted. */
  readonly claim?: IdClaim | null;
  /** True for history that is to raise alerts as if it happened now (`X-Replay`); it makes no difference to storing. */
  readonly isReplay?: boolean;
  /** The sender: a device key, or one value for everybody without a key; it makes no difference to storing either. */
  readonly reporterId?: string;
  /** True when its device sent 0 for both coordinates, which is no position; it makes no difference to storing. */
  readonly hasZeroPosition?: boolean;
};

export function toRecordJob(records: readonly AcceptedRecord[]): RecordJob {
  const job: RecordJob = {
    fields: FIELDS,
    rows: records.map((record) => FIELDS.map((field) => record[field])),
  };
  const chosen = records.flatMap(({ isIdChosen = true }, row) => (isIdChosen ? [row] : []));
  if (chosen.length < records.length) job.outsideIds = chosen;
  const claims: RecordJob['claims'] = [];
  for (const row of chosen) {
    const { id, claim } = records[row] ?? {};
    if (claim) claims.push([row, claim.content, claim.sentId === id ? null : claim.sentId]);
  }
  if (claims.length > 0) job.claims = claims;
  return job;
}

/** Thrown for a job of a newer version than this program knows. The job is not wrong; a newer program can store it. */
export class NewerJobError extends Error {
  override readonly name = 'NewerJobError';

  constructor(readonly version: number) {
    super(`A job is of version ${version}, and this program knows up to ${RECORD_JOB_VERSION}`);
  }
}

const versionSchema = z.object({ version: z.int().min(1).default(1) });

/** The schema ignores fields that it does not know. */
const recordJobSchema = z.object({
  fields: z.array(z.string()),
  rows: z.array(z.array(z.unknown())).min(1),
  outsideIds: z.array(z.int().min(0)).optional(),
  claims: z.array(z.tuple([z.int().min(0), z.uuid(), z.uuid().nullable()])).optional(),
});
/** How many problems are listed for one row; a row without any field would be wrong in all of them. */
const MAX_ISSUES = 3;

const recordsSchema = z.array(drivingRecordSchema);

/** The content of a job that was read. `row` counts from 0. */
export interface RecordJobContent {
  records: { row: number; record: AcceptedRecord }[];
  /** The rows that hold no driving record, and the reasons. */
  unreadable: { row: number; problem: string }[];
}

/**
 * Reads a job.
 *
 * @param data the job's data, whatever it is
 * @throws NewerJobError when the job is of a version that this program does not know
 * @throws z.ZodError when it is no job of records at all
 */
export function readRecordJob(data: unknown): RecordJobContent {
  const { version } = versionSchema.parse(data);
  if (version > RECORD_JOB_VERSION) throw new NewerJobError(version);
  const job = recordJobSchema.parse(data);
  const { fields, rows } = job;
  const columns = [...fields.entries()].filter(([, field]) =>
    Object.hasOwn(drivingRecordSchema.shape, field),
  );
  const objects = rows.map((row) => Object.fromEntries(columns.map(([index, field]) => [field, row[index]])));
  const originOf = originsIn(job);
  const all = recordsSchema.safeParse(objects);
  if (all.success) {
    const records = all.data.map((record, row) => ({ row, record: { ...record, ...originOf(row) } }));
    return { records, unreadable: [] };
  }
  const content: RecordJobContent = { records: [], unreadable: [] };
  for (const [row, object] of objects.entries()) {
    const parsed = drivingRecordSchema.safeParse(object);
    if (parsed.success) content.records.push({ row, record: { ...parsed.data, ...originOf(row) } });
    else content.unreadable.push({ row, problem: describeIssues(parsed.error) });
  }
  return content;
}

type IdOrigin = Required<Pick<AcceptedRecord, 'isIdChosen' | 'claim'>>;

/** @returns where the id of each row comes from */
function originsIn({
  outsideIds,
  claims = [],
}: Pick<RecordJob, 'outsideIds' | 'claims'>): (row: number) => IdOrigin {
  const chosen = outsideIds === undefined ? null : new Set(outsideIds);
  const claimOf = new Map(claims.map(([row, content, sentId]) => [row, { content, sentId }]));
  return (row) => ({
    isIdChosen: chosen === null || chosen.has(row),
    claim: claimOf.get(row) ?? null,
  });
}

/** @returns the job with only the named rows; fields that this program does not know stay */
export function keepRows(
  { fields, rows, outsideIds, claims, ...further }: RecordJob,
  kept: readonly number[],
): RecordJob {
  const there = kept.filter((row) => rows[row] !== undefined);
  const newRowOf = new Map(there.map((row, at) => [row, at]));
  const moved = (row: number): number[] => {
    const at = newRowOf.get(row);
    return at === undefined ? [] : [at];
  };
  const keptClaims = claims?.flatMap(([row, content, sentId]) =>
    moved(row).map((at): [number, string, string | null] => [at, content, sentId]),
  );
  return {
    ...further,
    fields,
    rows: there.map((row) => rows[row] ?? []),
    ...(outsideIds !== undefined && { outsideIds: outsideIds.flatMap(moved) }),
    ...(keptClaims !== undefined && keptClaims.length > 0 && { claims: keptClaims }),
  };
}

function describeIssues({ issues }: z.ZodError): string {
  const named = issues
    .slice(0, MAX_ISSUES)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
  return [...named, ...(issues.length > MAX_ISSUES ? [`and ${issues.length - MAX_ISSUES} more`] : [])].join(
    ', ',
  );
}
