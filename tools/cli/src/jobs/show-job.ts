import * as z from 'zod';
import { readRecordJob, printable } from '@drivewatch/contracts';
import type { WholeJob } from './failed-jobs';

/** How many records are described in words; more would fill a terminal several times over. */
const SHOWN_RECORDS = 10;
/** How many characters of one value are shown; a wrong one may be of any length. */
const SHOWN_CHARACTERS = 200;
/** How many characters are shown of data that is no records at all. */
const SHOWN_OF_OTHER_DATA = 2_000;
const NAME_WIDTH = 22;

const jobShape = z.object({ fields: z.array(z.string()), rows: z.array(z.array(z.unknown())) });

/**
 * @returns what a job holds, in lines for people; of long jobs only a part, and the last line says how much is left out
 */
export function describeJob(job: WholeJob): string[] {
  const lines = [
    `Job ${job.id} (${job.name})`,
    field('state', job.state),
    field('added', job.addedAt),
    ...(job.begunAt === null ? [] : [field('begun', job.begunAt)]),
    ...(job.endedAt === null ? [] : [field('ended', job.endedAt)]),
    field('attempts', String(job.attempts)),
    ...(job.reason === null ? [] : [field('why', printable(job.reason))]),
  ];
  const shape = jobShape.safeParse(job.data);
  if (!shape.success) return [...lines, ...describeOtherData(job.data)];
  const { fields, rows } = shape.data;
  lines.push(field('records', String(rows.length)));
  const problems = problemsOf(job.data);
  for (const [row, values] of rows.slice(0, SHOWN_RECORDS).entries()) {
    lines.push('', `Record ${row + 1} of ${rows.length}`);
    const problem = problems.get(row);
    if (problem !== undefined) lines.push(field('problem', printable(problem)));
    for (const [index, name] of fields.entries())
      lines.push(field(printable(name), describe(name, values[index])));
  }
  const left = rows.length - SHOWN_RECORDS;
  if (left > 0)
    lines.push('', `${left} more ${left === 1 ? 'record is' : 'records are'} not shown; --json shows all`);
  return lines;
}

const field = (name: string, value: string): string => `  ${name.padEnd(NAME_WIDTH)}  ${value}`;

/** @returns by row, why it is no record */
function problemsOf(data: unknown): Map<number, string> {
  try {
    return new Map(readRecordJob(data).unreadable.map(({ row, problem }) => [row, problem]));
  } catch {
    // Something other than the rows is wrong; the job's failure reason says what.
    return new Map();
  }
}

/** Formats a value as JSON, so that `"7"` is not 7; a time of day also in words. */
function describe(name: string, value: unknown): string {
  const json = shorten(printable(JSON.stringify(value ?? null)), SHOWN_CHARACTERS);
  const isTime =
    name.endsWith('AtMs') && typeof value === 'number' && Number.isFinite(new Date(value).getTime());
  return isTime ? `${json} (${new Date(value).toISOString()})` : json;
}

const describeOtherData = (data: unknown): string[] => [
  '',
  'The job does not hold records. Its data:',
  shorten(printable(JSON.stringify(data ?? null)), SHOWN_OF_OTHER_DATA),
];

const shorten = (text: string, length: number): string =>
  text.length <= length
    ? text
    : `${text.slice(0, length)}… (${text.length - length} more characters; --json shows all)`;
