import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { REPLAY_HEADER } from '@drivewatch/contracts';
import { createFleetClock } from '@drivewatch/detail-records';
import { createDeviceClient, ServerUnreachableError, type RetryNotice } from '@drivewatch/device-client';
import { UsageError } from '@drivewatch/config/command-line';
import type { CommandLine } from './command-line';
import type { DetailRecordFile } from './detail-record-file';
import { TooFarOutOfOrderError } from './merge-by-time';
import { formatDuration, showProgress, type Output } from './progress';
import { RateMeter } from './rate-meter';
import { Rejections } from './rejections';
import { AddressRefusedError, KeyRefusedError, NotDrivewatchError, replay, systemClock } from './replay';
import { surveyFile, type FileSurvey } from './survey';
import { TimePlan } from './time-plan';

/** Errors that end a replay early and that the user can do something about. */
const GIVING_UP = [
  NotDrivewatchError,
  AddressRefusedError,
  KeyRefusedError,
  ServerUnreachableError,
  TooFarOutOfOrderError,
];
const PROGRESS_EVERY_MS = 250;

export interface ReplayEnvironment {
  /** The folder that relative paths start from. */
  workingFolder: string;
  output: Output;
  stop: AbortSignal;
  /** How long to retry a server that cannot be reached. */
  unreachableForMs: number;
  /** The device key, if any. */
  key: string | undefined;
  /** The fleet's time zone, for times without an offset. */
  timeZone: string;
}

/**
 * Replays files, from the first look at them to the summary.
 *
 * @returns whether every row was accepted
 * @throws UsageError for a file that cannot be read
 */
export async function replayFiles(command: CommandLine, environment: ReplayEnvironment): Promise<boolean> {
  const { output, stop } = environment;
  const surveys = await survey(command.files, environment);
  const total = surveys.reduce((sum, { rows }) => sum + rows, 0);
  const plan = new TimePlan({
    speed: command.speed,
    now: command.now,
    firstMs: surveys.reduce((firstMs, survey) => Math.min(firstMs, survey.firstMs), Infinity),
    lastMs: surveys.reduce((lastMs, survey) => Math.max(lastMs, survey.lastMs), -Infinity),
    startedAtMs: Date.now(),
  });
  output.write(`${describeStart(total, command, plan)}\n`);

  const progress = showProgress(output, total, new RateMeter(total, systemClock.nowMs, plan.endsAtMs));
  const rejections = new Rejections(progress.print);
  const tally = { answered: 0, accepted: 0, retried: 0 };
  const outage = new OutageNotices(command.url, progress.print);
  const client = createDeviceClient({
    url: command.url,
    connections: command.concurrency,
    unreachableForMs: environment.unreachableForMs,
    key: environment.key,
    // Records moved to the present count as news by themselves.
    headers: command.now ? {} : { [REPLAY_HEADER]: '1' },
    onRetry: (notice) => {
      tally.retried += 1;
      outage.onRetry(notice);
    },
  });
  const startedAt = performance.now();
  const ticker = setInterval(() => {
    progress.update(tally.answered);
  }, PROGRESS_EVERY_MS);
  let failure: string | undefined;
  try {
    await replay({
      surveys,
      plan,
      client,
      rejections,
      stop,
      clock: systemClock,
      concurrency: command.concurrency,
      maxBuffered: command.buffer,
      onAnswer: ({ ok }) => {
        tally.answered += 1;
        if (ok) tally.accepted += 1;
        outage.onAnswer();
      },
    });
  } catch (error) {
    if (!GIVING_UP.some((type) => error instanceof type)) throw error;
    failure = (error as Error).message;
  } finally {
    clearInterval(ticker);
    progress.update(tally.answered);
    progress.stop();
    await client.close();
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const notShown = rejections.count - rejections.shown;
  if (notShown > 0) output.write(`… and ${notShown} more rejected lines\n`);
  if (failure !== undefined) output.write(`${failure}\n`);
  output.write(`${summarise({ ...tally, total, rejected: rejections.count, seconds })}\n`);
  return failure === undefined && rejections.count === 0;
}

async function survey(names: readonly string[], environment: ReplayEnvironment): Promise<FileSurvey[]> {
  const { toEpochMs } = createFleetClock(environment.timeZone);
  const files = names.map((name) => ({ name, path: resolve(environment.workingFolder, name), toEpochMs }));
  for (const file of files) await checkReadable(file);
  const surveys: FileSurvey[] = [];
  for (const file of files) surveys.push(await surveyFile(file, environment.stop));
  return surveys;
}

async function checkReadable({ name, path }: Pick<DetailRecordFile, 'name' | 'path'>): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new UsageError(`${name}: no such file (looked for ${path})`);
  // The file is read twice, so it must not be a pipe.
  if (!found.isFile()) throw new UsageError(`${name}: not a file`);
}

function describeStart(total: number, { speed, url, files }: CommandLine, plan: TimePlan): string {
  const what = `Replaying ${total} records of ${files.length} ${files.length === 1 ? 'file' : 'files'} to ${url}`;
  if (speed === 'max') return `${what} as fast as they are answered.`;
  const pace = speed === 1 ? 'at recorded speed' : `at ${speed} times recorded speed`;
  const seconds = total === 0 ? 0 : ((plan.endsAtMs ?? 0) - Date.now()) / 1000;
  return `${what} ${pace}: ${formatDuration(Math.max(0, seconds))} (--speed N or max is quicker).`;
}

/** Reports once that the server keeps the replay waiting, and once that it is back. */
class OutageNotices {
  private waiting = false;

  constructor(
    private readonly url: string,
    private readonly print: (text: string) => void,
  ) {}

  onRetry({ reason }: RetryNotice): void {
    if (this.waiting) return;
    this.waiting = true;
    this.print(`${this.url} does not take records now (${reason}); trying again. Is it running?`);
  }

  onAnswer(): void {
    if (!this.waiting) return;
    this.waiting = false;
    this.print(`${this.url} takes records again.`);
  }
}

interface Summary {
  total: number;
  answered: number;
  accepted: number;
  rejected: number;
  retried: number;
  seconds: number;
}

function summarise({ total, answered, accepted, rejected, retried, seconds }: Summary): string {
  const rate = seconds > 0 ? Math.round(answered / seconds) : 0;
  const unsent = total > answered ? `, not sent ${total - answered}` : '';
  return `Accepted ${accepted}, rejected ${rejected}, retried ${retried}${unsent} in ${seconds.toFixed(1)} s (${rate} records/s).`;
}
