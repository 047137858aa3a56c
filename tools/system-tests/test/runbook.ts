import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { STORE_RECORDS_JOB, toRecordJob } from '@drivewatch/contracts';
import { aRecord, aWireRecord } from '@drivewatch/test-records';
import { eventually, type Stack } from '@drivewatch/test-stack';
import { acceptedId } from './post-record';
import { suiteStack } from './suite-stack';

const run = promisify(execFile);

/** A row of the table of tasks in docs/operations.md. */
interface Task {
  /** Such as `npm run jobs -- show ID`; words in capitals stand for what differs. */
  readonly command: string;
  /** Part of what it prints; `…` stands for anything. */
  readonly prints: string;
}

const TASKS: readonly Task[] = readFileSync('docs/operations.md', 'utf8')
  .split('\n## ')
  .filter((chapter) => chapter.startsWith('Tasks\n'))
  .flatMap((chapter) => [...chapter.matchAll(/^\|[^|]+\| `(npm run [^`]+)` +\| `([^`]+)`/gm)])
  .map(([, command = '', prints = '']) => ({ command, prints }));
const SCRIPTS = (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> })
  .scripts;

describe('the tasks of docs/operations.md', () => {
  let stack: Stack;
  let dir: string;
  const words = new Map<string, string>();
  beforeAll(async () => {
    stack = await suiteStack();
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
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it('are found', () => {
    expect(TASKS.length).toBeGreaterThan(15);
  });

  it.each(TASKS)('$command', async ({ command, prints }) => {
    const output = await runAs(stack, command, words);
    expect(output).toMatch(patternOf(filledIn(prints, words)));
  });
});

/** A job with a record that PostgreSQL will never take, once the consumer has set it aside. @returns its id */
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
 * @returns what it printed @throws Error unless it ends with 0
 */
async function runAs(stack: Stack, command: string, words: ReadonlyMap<string, string>): Promise<string> {
  const [, , name = '', ...args] = command.split(' ').filter((word) => word !== '--');
  const [, , file = '', ...ahead] = (SCRIPTS[name] ?? '').split(' ');
  const script = readFileSync(file, 'utf8');
  const [program = ''] = /dist\/[^']+\.mjs/.exec(script) ?? [];
  // What a script itself says to the program, such as `migrate`.
  const [, fixed] = /\[\w+, '(\w+)', \.\.\./.exec(script) ?? [];
  const typed = args.map((arg) => filledIn(arg, words));
  const { stdout, stderr } = await run(
    process.execPath,
    [program, ...(fixed === undefined ? [] : [fixed]), ...ahead, ...typed],
    {
      env: settingsOf(stack),
    },
  );
  return `${stdout}${stderr}`;
}

const filledIn = (text: string, words: ReadonlyMap<string, string>): string =>
  text.replace(/\b[A-Z]{2,}\b/g, (word) => words.get(word) ?? word);

const settingsOf = (stack: Stack) => ({
  NODE_ENV: 'production',
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
