import { durationOption, integerOption } from '@drivewatch/config/command-line';
import {
  AUDIT_KINDS,
  type AuditEvent,
  type AuditKind,
  MAX_AUDIT_PAGE,
  printable,
} from '@drivewatch/contracts';
import { AuditEventRepository, type Database } from '@drivewatch/persistence';
import { Option } from 'commander';
import { type CommandInput, runCommand, type Work } from './command';
import { formatTable } from './table';

const PROGRAM_TEXT = {
  name: 'npm run audit --',
  description: `
Lists who did what, newest first: sign-ins and failures, keys, users, roles, drivers, and what was done to the queue.
Works on DATABASE_URL, or else on Drivewatch's own PostgreSQL, whether or not it runs.`,
};

const DEFAULT_LIMIT = 50;

interface AuditOptions {
  readonly kind?: AuditKind;
  /** How long ago, in milliseconds. */
  readonly since?: number;
  readonly limit?: number;
  readonly json?: boolean;
}

/** Runs `npm run audit` without its process. @returns the exit code */
export function runAudit(input: CommandInput): Promise<number> {
  const about = `at most so many events; ${DEFAULT_LIMIT} where neither this nor --since is given`;
  return runCommand(input, PROGRAM_TEXT, (program, ask) => {
    program
      .addOption(new Option('--kind <kind>', 'only events of this kind').choices(AUDIT_KINDS))
      .addOption(
        durationOption('--since <time>', 'only events of the last minutes, hours or days, such as 24h'),
      )
      .addOption(integerOption('--limit <n>', about, { min: 1, max: 999_999_999 }))
      .option('--json', 'one line of JSON for each event')
      .action((options: AuditOptions) => {
        ask(tell(options, input));
      });
  });
}

function tell({ kind, since, limit, json = false }: AuditOptions, { output, notes }: CommandInput): Work {
  const sinceMs = since === undefined ? null : Date.now() - since;
  const mostEvents = limit ?? (since === undefined ? DEFAULT_LIMIT : Infinity);
  const format = json ? jsonLines : tableOf;
  return async (database) => {
    let isFirst = true;
    for await (const page of pagesOf(database, { kind, sinceMs, limit: mostEvents })) {
      output.write(format(page, isFirst));
      isFirst = false;
    }
    if (isFirst && !json) notes.write('Nothing is known of that\n');
  };
}

/** Yields the newest events first, a page at a time, so that memory does not depend on how many there are. */
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

/** @param hasHead whether the table begins with the names of the columns */
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
