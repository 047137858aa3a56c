import {
  AUDIT_KINDS,
  type AuditEvent,
  type AuditKind,
  MAX_AUDIT_PAGE,
  printable,
} from '@drivewatch/contracts';
import { AuditEventRepository, type Database } from '@drivewatch/persistence';
import { readOptions, UsageError } from '../program';
import { type CommandInput, runCommand } from './command';
import { durationMs } from './duration';
import { formatTable } from './table';

const USAGE = `usage: npm run audit -- [--kind KIND] [--since TIME] [--limit N] [--json]

Tells who did what, the newest first: sign-ins and failures, keys, users, roles, drivers, and what was done to the queue.
Works on DATABASE_URL, or else on Drivewatch's own PostgreSQL, whether or not it runs.

  --kind KIND   only events of this kind, such as sign-in.failed
  --since TIME  only those of the last minutes, hours or days, such as 24h
  --limit N     at most so many; 50 where neither this nor --since is given
  --json        a line of JSON for each

There are these kinds:
${AUDIT_KINDS.map((kind) => `  ${kind}\n`).join('')}`;

const DEFAULT_LIMIT = 50;
const LIMIT_PATTERN = /^[1-9]\d{0,8}$/;

/** `npm run audit` without its process. @returns the exit code */
export function runAudit(input: CommandInput): Promise<number> {
  // Alone it tells the newest events, not how it is used.
  const args = input.args.length === 0 ? ['--limit', String(DEFAULT_LIMIT)] : input.args;
  return runCommand({ ...input, args }, USAGE, () => {
    const { values, positionals } = readOptions(args, {
      kind: { type: 'string' },
      since: { type: 'string' },
      limit: { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    if (positionals[0] !== undefined) throw new UsageError(`"${positionals[0]}" is not understood`);
    const kind = kindOf(values.kind);
    const sinceMs = values.since === undefined ? null : Date.now() - durationMs('--since', values.since);
    const limit = limitOf(values.limit, sinceMs === null ? DEFAULT_LIMIT : Infinity);
    const format = values.json ? jsonLines : tableOf;
    return async (database) => {
      let isFirst = true;
      for await (const page of pagesOf(database, { kind, sinceMs, limit })) {
        input.output.write(format(page, isFirst));
        isFirst = false;
      }
      if (isFirst && !values.json) input.notes.write('Nothing is known of that\n');
    };
  });
}

/** The newest first, a page at a time, so that it matters to nobody's memory how many there are. */
async function* pagesOf(
  database: Database,
  { kind, sinceMs, limit }: { kind: AuditKind | undefined; sinceMs: number | null; limit: number },
): AsyncGenerator<AuditEvent[]> {
  const log = new AuditEventRepository(database);
  let before: string | undefined;
  for (let left = limit; left > 0;) {
    const asked = Math.min(left, MAX_AUDIT_PAGE);
    const found = await log.list({ limit: asked, before, kind });
    const page = found.filter(({ occurredAt }) => sinceMs === null || Date.parse(occurredAt) >= sinceMs);
    if (page.length > 0) yield page;
    if (page.length < asked) return;
    left -= asked;
    before = found.at(-1)?.id;
  }
}

const jsonLines = (page: readonly AuditEvent[]): string =>
  page.map((event) => `${JSON.stringify(event)}\n`).join('');

/** @param hasHead whether the names of the columns stand above */
function tableOf(page: readonly AuditEvent[], hasHead: boolean): string {
  const rows = page.map(({ occurredAt, kind, actor, address, subject, detail }) => [
    `${occurredAt.slice(0, 19).replace('T', ' ')}Z`,
    printable(kind),
    printable(actor ?? '-'),
    address ?? '-',
    printable(subject ?? '-'),
    detail === null ? '' : printable(JSON.stringify(detail)),
  ]);
  return formatTable([...(hasHead ? [['TIME', 'KIND', 'WHO', 'ADDRESS', 'WHAT', 'MORE']] : []), ...rows]);
}

function kindOf(text: string | undefined): AuditKind | undefined {
  const kind = AUDIT_KINDS.find((one) => one === text);
  if (text !== undefined && kind === undefined)
    throw new UsageError(`--kind ${text} is no kind of event; allowed: ${AUDIT_KINDS.join(', ')}`);
  return kind;
}

function limitOf(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!LIMIT_PATTERN.test(text))
    throw new UsageError(`--limit ${text} is not understood; allowed: a number from 1`);
  return Number(text);
}
