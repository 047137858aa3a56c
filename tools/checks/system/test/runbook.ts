import { readFileSync } from 'node:fs';
import { lstat, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from '@drivewatch/config';
import { STORE_RECORDS_JOB, toRecordJob } from '@drivewatch/contracts';
import { createTemporaryServicesDir, type TemporaryDir } from '@drivewatch/local-services';
import { aRecord, aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, runProgram, type Stack } from '@drivewatch/testing';
import * as z from 'zod';
import { acceptedId } from './post-record';
import { suiteStack } from './suite-stack';

/** A row of the table of tasks in docs/operations.md. */
interface Task {
  /** The command, such as `npm run jobs -- show ID`; words in capitals stand for what differs. */
  readonly command: string;
  /** Part of what it prints; `…` stands for anything. */
  readonly prints: string;
}

const PAGE = readFileSync('docs/operations.md', 'utf8');
const TASKS: readonly Task[] = PAGE.split('\n## ')
  .filter((chapter) => chapter.startsWith('Tasks\n'))
  .flatMap((chapter) => [...chapter.matchAll(/^\|[^|]+\| `(npm run [^`]+)` +\| `([^`]+)`/gm)])
  .map(([, command = '', prints = '']) => ({ command, prints }));
/** The PATH leads to the servers that an installation of its own starts. */
const { PATH } = parseEnv(z.object({ PATH: z.string() }));
const SCRIPTS = (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> })
  .scripts;

describe('the tasks of docs/operations.md', () => {
  let stack: Stack;
  let dir: string;
  let empty: TemporaryDir;
  const words = new Map<string, string>();
  beforeAll(async () => {
    stack = await suiteStack();
    empty = await createTemporaryServicesDir();
    dir = await mkdtemp(join(tmpdir(), 'runbook-'));
    const id = await acceptedId(stack.url, aWireRecord({ driverID: 'runbook' }));
    await eventually(async () =>
      expect(await stack.query(`SELECT 1 FROM driving_record WHERE id = $1`, [id])).toHaveLength(1),
    );
    words.set('ID', await addFailedJob(stack)).set('OTHER', await addFailedJob(stack));
    words.set('FILE', join(dir, 'jobs.jsonl')).set('DIR', join(dir, 'backup')).set('DRIVER', 'runbook');
    words.set('CSV', join(dir, 'records.csv'));
    await writeFile(join(dir, 'records.csv'), 'imported,AB1,1.0,2.0,80,90,,2026-11-01 08:00:00\n');
  });
  afterAll(async () => {
    await rm(dir, { recursive: true, force: true });
    await empty.remove();
  });

  it('have every command of the page, except for those that other pages cover', () => {
    const known = new Set(TASKS.map(({ command }) => kindOf(command)));
    const named = new Set(
      [...PAGE.matchAll(/npm run [\w-]+(?: -- [a-z]+\b)?/g)].map(([text]) => kindOf(text)),
    );
    expect([...named].filter((kind) => !known.has(kind)).sort()).toEqual(['publish-assets', 'replay']);
  });

  it.each(TASKS)('$command', async ({ command, prints }) => {
    // A restore needs an installation that holds nothing yet, as `npm start` would make it.
    const settings = kindOf(command) === 'restore' ? { PATH, DRIVEWATCH_DIR: empty.dir } : settingsOf(stack);
    const output = await runAs(settings, command, words);
    const [, key] = /^Key (\S+) for /m.exec(output) ?? [];
    if (key !== undefined) words.set('KEY', key);
    expect(output).toMatch(patternOf(filledIn(prints, words)));
  });

  it('leave a restored installation whole, and nothing in it for other users of the machine to read', async () => {
    const output = await runAs({ PATH, DRIVEWATCH_DIR: empty.dir }, 'npm run drivers -- list', words);
    expect(output).toMatch(/^runbook /m);
    const names = await readdir(empty.dir, { recursive: true });
    const modes = await Promise.all(names.map(async (name) => (await lstat(join(empty.dir, name))).mode));
    expect(names.filter((_, index) => ((modes[index] ?? 0) & 0o007) !== 0)).toEqual([]);
  });
});

/**
 * Adds a job with a record that PostgreSQL will never accept, and waits until the consumer has set it aside.
 *
 * @returns its id
 */
async function addFailedJob(stack: Stack): Promise<string> {
  const job = toRecordJob([aRecord({ plateNumber: 'A\u0000B' })]);
  const { id = '' } = await stack.queue().add(STORE_RECORDS_JOB, job);
  await eventually(async () =>
    expect((await stack.queue().getFailed()).map((failed) => failed.id)).toContain(id),
  );
  return id;
}

/**
 * Runs the built program behind a script of package.json, as the script does once it has installed and built.
 *
 * @returns what it printed
 * @throws Error unless it ends with 0
 */
async function runAs(
  settings: Readonly<Record<string, string>>,
  command: string,
  words: ReadonlyMap<string, string>,
): Promise<string> {
  const [, , name = '', ...args] = command.split(' ').filter((word) => word !== '--');
  const [, , file = '', ...ahead] = (SCRIPTS[name] ?? '').split(' ');
  const script = readFileSync(file, 'utf8');
  const [program = ''] = /dist\/[^']+\.mjs/.exec(script) ?? [];
  // These are arguments that a script itself passes to the program, such as `migrate`.
  const [, fixed] = /\[\w+, '(\w+)', \.\.\./.exec(script) ?? [];
  const typed = args.map((arg) => filledIn(arg, words));
  const { stdout, stderr } = await runProgram(
    program,
    [...(fixed === undefined ? [] : [fixed]), ...ahead, ...typed],
    settings,
  );
  return `${stdout}${stderr}`;
}

/** Returns a name such as `jobs show`: the script, and its subcommand if it has several. */
function kindOf(command: string): string {
  const [, script = '', task] = /^npm run ([\w-]+)(?: -- ([a-z]+)\b)?/.exec(command) ?? [];
  return task === undefined ? script : `${script} ${task}`;
}

const filledIn = (text: string, words: ReadonlyMap<string, string>): string =>
  text.replace(/\b[A-Z]{2,}\b/g, (word) => words.get(word) ?? word);

const settingsOf = (stack: Stack) => ({
  DATABASE_URL: stack.databaseUrl,
  REDIS_URL: stack.redisUrl,
  RECORDS_BUCKET: `file://${stack.recordsFolder}`,
  PUBLIC_BUCKET: `file://${stack.publicFolder}`,
});

const patternOf = (prints: string): RegExp =>
  new RegExp(
    prints
      .split('…')
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('[^]*?'),
  );
