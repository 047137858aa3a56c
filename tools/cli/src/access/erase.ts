import { setTimeout as wait } from 'node:timers/promises';
import { type Define, EXIT, readCommandLine, tellOfCommandLine } from '@drivewatch/config/command-line';
import {
  hasOwnPublicBucket,
  parseEnv,
  publicBucketUrl,
  recordsBucketUrl,
  settings,
} from '@drivewatch/config';
import { normaliseName } from '@drivewatch/contracts';
import { LAUNCHERS_POSTGRES, LAUNCHERS_REDIS, withLaunchersServices } from '@drivewatch/local-services';
import { tellOfDatabase } from '../with-database';
import { openObjectStore } from '@drivewatch/object-store';
import { AuditEventRepository, commandActor, Database, migrate } from '@drivewatch/persistence';
import { ArchiveUnderWayError, eraseDriver } from '@drivewatch/record-archive';
import { DriverInRedis, type ErasedFromQueue, withRecordQueue } from '@drivewatch/redis';
import * as z from 'zod';
import { askOnTerminal } from './ask-on-terminal';
import { PROGRAM } from '../program';
import { CommandError, type CommandInput } from './command';
import { describeErasure, type Erasure, isEmpty, isLeft, OUT_OF_REACH } from './erasure-report';

const PROGRAM_TEXT = {
  name: 'npm run drivers -- erase',
  description: `
Erases everything about a driver from PostgreSQL, the queue and the alerts in Redis, RECORDS_BUCKET and the published
summaries, and reports what it found and what it cannot reach. This cannot be undone. Works on DATABASE_URL and REDIS_URL, or else
on Drivewatch's own, whether or not it runs. Every file in RECORDS_BUCKET is read.

If it was killed, run it again until it says that nothing is left.

Ends with 0 when nothing is left, 1 when something failed or is left that the lines name, and 2 when the command line was wrong.`,
};

const environmentSchema = z.object({
  ...settings.optionalDatabase,
  ...settings.optionalRedis,
  ...settings.privateBucket,
  ...settings.publicBucket,
  ...settings.s3,
});
type EraseConfig = Readonly<z.output<typeof environmentSchema>>;

/** What the user asked for. */
interface EraseRequest {
  readonly driverId: string;
  readonly isDryRun: boolean;
  readonly isSure: boolean;
}

/** Every API has read within this time that the driver is gone, and has told its pages. */
const PAGES_TOLD_MS = 6_000;

/** Times that only tests pass. */
export interface EraseTimes {
  readonly pagesToldMs?: number;
  readonly activeLimitMs?: number;
}

/** Runs `npm run drivers -- erase` without its process. @returns the exit code */
export async function runErase(input: CommandInput, times: EraseTimes = {}): Promise<number> {
  const { args, env, output, notes } = input;
  try {
    const { driverId, isDryRun, isSure } = readCommandLine(args, PROGRAM_TEXT, defineErase);
    const config = parseEnv(environmentSchema, env);
    if (!isDryRun && !isSure) await confirm(driverId, input.ask ?? askOnTerminal);
    return await withServices(config, notes, (urls) =>
      eraseFrom(urls, config, { driverId, isDryRun, print: (line) => output.write(`${line}\n`), times }),
    );
  } catch (error) {
    const code = tellOfCommandLine(error, { stdout: output, stderr: notes });
    if (code !== undefined) return code;
    const isBusy = error instanceof ArchiveUnderWayError;
    notes.write(
      `✗ ${isBusy ? 'An archive is under way; run this again when it has ended' : tellOfDatabase(error, 'drivers')}\n`,
    );
    return EXIT.failed;
  }
}

export const defineErase: Define<EraseRequest> = (program, ask) => {
  program
    .summary('takes all that is known of a driver out of everything (erase --help)')
    .argument('<id>', 'which driver')
    .option('--dry-run', 'counts and changes nothing')
    .option('--yes', 'does not ask')
    .action((id: string, { dryRun = false, yes = false }: { dryRun?: boolean; yes?: boolean }) => {
      ask({ driverId: normaliseName(id), isDryRun: dryRun, isSure: yes });
    });
};

async function confirm(driverId: string, ask: (question: string) => Promise<string>): Promise<void> {
  const typed = await ask(
    `All that is known of ${driverId} will be gone for good. To go on, type the ID once more: `,
  );
  if (normaliseName(typed.trim()) !== driverId)
    throw new CommandError('That is another ID; nothing was changed');
}

interface Urls {
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

/** Runs `work` on the services that the environment names, and on Drivewatch's own for the rest. */
async function withServices(
  { DATABASE_URL, REDIS_URL, DRIVEWATCH_DIR }: EraseConfig,
  notes: CommandInput['notes'],
  work: (urls: Urls) => Promise<number>,
): Promise<number> {
  if (DATABASE_URL !== undefined && REDIS_URL !== undefined)
    return work({ databaseUrl: DATABASE_URL, redisUrl: REDIS_URL });
  const services = [
    ...(DATABASE_URL === undefined ? [LAUNCHERS_POSTGRES] : []),
    ...(REDIS_URL === undefined ? [LAUNCHERS_REDIS] : []),
  ];
  const print = (line: string): void => void notes.write(`${line}\n`);
  const options = { drivewatchDir: DRIVEWATCH_DIR, program: PROGRAM, print };
  return withLaunchersServices(services, options, async (urls, wasStarted) => {
    const databaseUrl = DATABASE_URL ?? urls[0] ?? '';
    const redisUrl = REDIS_URL ?? urls.at(-1) ?? '';
    // A running Drivewatch has already migrated its own database.
    if (wasStarted && DATABASE_URL === undefined) await migrate(databaseUrl);
    return work({ databaseUrl, redisUrl });
  });
}

interface Asked {
  readonly driverId: string;
  readonly isDryRun: boolean;
  readonly print: (line: string) => void;
  readonly times: EraseTimes;
}

async function eraseFrom(
  { databaseUrl, redisUrl }: Urls,
  config: EraseConfig,
  asked: Asked,
): Promise<number> {
  const { driverId, isDryRun, print, times } = asked;
  const s3Endpoint = config.S3_ENDPOINT;
  const startedAtMs = performance.now();
  const erasure: Erasure = await withRecordQueue(redisUrl, async (queue, redis) => {
    const driver = new DriverInRedis(queue, redis, driverId);
    let fromQueue: ErasedFromQueue = { records: 0, jobs: 0, active: [], unreadable: [] };
    let alerts = 0;
    const stores = await eraseDriver({
      databaseUrl,
      driverId,
      isDryRun,
      store: openObjectStore(recordsBucketUrl(config), { s3Endpoint, isPrivate: true }),
      published: openObjectStore(publicBucketUrl(config), {
        s3Endpoint,
        isPrivate: hasOwnPublicBucket(config),
      }),
      onFile: (key, lines) => {
        print(`  ${key}: ${lines} lines`);
      },
      eraseFromQueue: async () => {
        fromQueue = await driver.eraseFromQueue(isDryRun, times.activeLimitMs);
      },
      eraseFromPages: async (isTold) => {
        alerts = await driver.eraseAlerts(isDryRun);
        if (!isTold) return;
        await wait(times.pagesToldMs ?? PAGES_TOLD_MS);
        // An API may have been about to write what it had decided before it heard of the removal.
        alerts += await driver.eraseAlerts(isDryRun);
      },
    });
    return { ...stores, fromQueue, alerts };
  });
  for (const line of describeErasure(erasure, isDryRun)) print(line);
  const { filesRead, bytesRead } = erasure;
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  print(`Read ${filesRead} files of the bucket (${(bytesRead / 1e6).toFixed(1)} MB); took ${seconds} s`);
  if (isDryRun) return EXIT.done;
  if (!isEmpty(erasure)) await note(databaseUrl, erasure);
  print(
    isEmpty(erasure)
      ? `Nothing is left of ${driverId}`
      : `Erased; run this again to see that nothing is left`,
  );
  for (const line of OUT_OF_REACH) print(line);
  return isLeft(erasure) ? EXIT.failed : EXIT.done;
}

/** Notes the erasure without the name, and without a hash of it, which anybody could compute from a list of names. */
async function note(databaseUrl: string, { records, lines, files, fromQueue }: Erasure): Promise<void> {
  const database = new Database(databaseUrl, { poolSize: 1, actor: commandActor() });
  try {
    await new AuditEventRepository(database).record({
      kind: 'driver.erased',
      detail: { records, lines, files, queued: fromQueue.records },
    });
  } finally {
    await database.close();
  }
}
