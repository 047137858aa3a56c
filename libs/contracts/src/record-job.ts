import * as z from 'zod';
import { type DrivingRecord, drivingRecordSchema } from './driving-record';

/** The queue between the API and the consumers, and the one kind of job on it. */
export const RECORD_QUEUE = 'driving-records';
export const STORE_RECORDS_JOB = 'store-records';

/**
 * The newest version of a job that this program understands. A job says which it is of (`version`, absent: 1).
 *
 * A new optional field that a consumer may leave unread keeps the version: whoever does not know it ignores it, and so with
 * a new column. The version rises with all that a consumer must understand to store the job rightly: a field or column that
 * changes what another one means or that must not get lost, and a field that names rows by number, since those move when
 * rows are set aside ({@link keepRows}). A version that rises is read one release before it is written (docs/adr/0030).
 */
export const RECORD_JOB_VERSION = 1;

const FIELDS = Object.keys(drivingRecordSchema.shape) as (keyof DrivingRecord)[];

/**
 * What one job carries: the records of one group commit, in order of arrival. The names of the fields stand once in front
 * rather than in every record, which halves what is written to Redis and synced to its disk.
 */
export interface RecordJob {
  /** Absent in jobs of version 1, which consumers take that know of no versions. */
  version?: number;
  fields: string[];
  rows: unknown[][];
  /**
   * Rows whose ids were chosen outside (`recordId`, `Idempotency-Key`), and so may come again with another time. Where it is
   * not said, as in jobs of older APIs, all may.
   */
  outsideIds?: number[];
  /** What those ids stand for: row, content, and the `recordId` that was sent; jobs of older APIs do not say. */
  claims?: [row: number, content: string, sentId: string | null][];
}

/** What a chosen id stands for: with another content it would be the id of two records. */
export interface IdClaim {
  /** UUID that is derived from all that the record says; `contentOf` of the API makes it. */
  readonly content: string;
  /**
   * The `recordId` as it was sent; `null` for an id that is of an `Idempotency-Key`, and in a job where it is the id itself.
   * Older versions stored under it what is now stored under an id that is derived from it.
   */
  readonly sentId: string | null;
}

/** A record on its way to the store. */
export type AcceptedRecord = DrivingRecord & {
  /** Whether its id was chosen by whoever sent it, and may come again; else it was made for this record alone. Absent: chosen. */
  readonly isIdChosen?: boolean;
  /** What a chosen id stands for; not known of records that an older API has accepted. */
  readonly claim?: IdClaim | null;
  /** Whether it is history that is told as if it happened now (`X-Replay`); of no matter to the store. */
  readonly isReplay?: boolean;
  /** Who sent it: a device key, or everybody who shows none; of no matter to the store either. */
  readonly reporterId?: string;
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

/** A job of a newer version than this program understands: nothing is wrong with it, and a newer program can store it. */
export class NewerJobError extends Error {
  override readonly name = 'NewerJobError';

  constructor(readonly version: number) {
    super(`A job is of version ${version}, and this program knows up to ${RECORD_JOB_VERSION}`);
  }
}

const versionSchema = z.object({ version: z.int().min(1).default(1) });

/** Ignores what it does not know. */
const recordJobSchema = z.object({
  fields: z.array(z.string()),
  rows: z.array(z.array(z.unknown())).min(1),
  outsideIds: z.array(z.int().min(0)).optional(),
  claims: z.array(z.tuple([z.int().min(0), z.uuid(), z.uuid().nullable()])).optional(),
});
/** Of one row; a row without any field would be wrong in all of them. */
const MAX_ISSUES = 3;

const recordsSchema = z.array(drivingRecordSchema);

/** A job read back. `row` counts from 0. */
export interface RecordJobContent {
  records: { row: number; record: AcceptedRecord }[];
  /** Rows that hold no driving record, and why. */
  unreadable: { row: number; problem: string }[];
}

/**
 * Reads a job back.
 *
 * @param data of the job, whatever it is
 * @throws NewerJobError when it is of a version that this program does not know
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

/** @returns the job without the rows that are not named; what is not known of it stays */
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
