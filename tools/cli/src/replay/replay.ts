import { setTimeout as sleep } from 'node:timers/promises';
import type { DeviceClient, PostResult } from '@drivewatch/device-client';
import type { RecordedRow } from './detail-record-file';
import { DriverLanes } from './driver-lanes';
import { mergeByTime } from './merge-by-time';
import type { Rejections } from './rejections';
import type { FileSurvey } from './survey';
import type { TimePlan } from './time-plan';

/** The time source; tests replace it. */
export interface ReplayClock {
  nowMs: () => number;
  /** Resolves at the given moment, rejects as soon as the signal aborts. */
  waitUntil: (epochMs: number, signal: AbortSignal) => Promise<void>;
}

/** A timer beyond 2^31 ms fires at once, and recordings have gaps of days. */
const LONGEST_TIMER_MS = 3_600_000;

export const systemClock: ReplayClock = {
  nowMs: () => Date.now(),
  waitUntil: async (epochMs, signal) => {
    for (let leftMs = epochMs - Date.now(); leftMs > 0; leftMs = epochMs - Date.now()) {
      await sleep(Math.min(leftMs, LONGEST_TIMER_MS), undefined, { signal });
    }
  },
};

export interface ReplayOptions {
  surveys: readonly FileSurvey[];
  plan: TimePlan;
  /** The most drivers whose records are under way at the same time. */
  concurrency: number;
  /** The most rows held back to put them in order. */
  maxBuffered: number;
  client: Pick<DeviceClient, 'post'>;
  clock: ReplayClock;
  rejections: Rejections;
  /** Called with each final answer of the server. */
  onAnswer: (result: PostResult) => void;
  /** Ends the replay early: what is under way may still be answered for a moment. */
  stop: AbortSignal;
}

/** Something other than Drivewatch answers at the address, so no answer can be relied on. */
export class NotDrivewatchError extends Error {
  override readonly name = 'NotDrivewatchError';
}

/** The server accepts nothing of this replay, because it wants another key. */
export class KeyRefusedError extends Error {
  override readonly name = 'KeyRefusedError';
}

/** The server accepts nothing of this replay, because it does not answer under the name used. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';
}

/** How many rows are read ahead of the answers; enough that a slow driver does not hold up the others. */
const ROWS_READ_AHEAD = 2048;
const LAST_ANSWERS_MS = 2_000;

/**
 * Posts the rows of the files: those of a driver one after the other in order of time, each when it is due. Resolves
 * when everything has been answered, or soon after `stop`.
 *
 * @throws NotDrivewatchError, AddressRefusedError, KeyRefusedError, ServerUnreachableError, TooFarOutOfOrderError when
 * going on makes no sense
 */
export async function replay(options: ReplayOptions): Promise<void> {
  const { surveys, plan, clock, rejections, stop } = options;
  const cut = new AbortController();
  const lanes = new DriverLanes<RecordedRow>((row) => postRow(row, options, cut.signal), {
    concurrency: options.concurrency,
    capacity: Math.max(ROWS_READ_AHEAD, options.concurrency),
  });
  let cutTimer: NodeJS.Timeout | undefined;
  const onStop = () => {
    lanes.discardWaiting();
    cutTimer = setTimeout(() => {
      cut.abort(stop.reason);
    }, LAST_ANSWERS_MS);
  };
  stop.addEventListener('abort', onStop, { once: true });
  const unlessStopped = (error: unknown) => {
    if (stop.aborted) return;
    cut.abort(error);
    throw error;
  };
  const sendAll = async () => {
    const onBadLine = rejections.add.bind(rejections);
    for await (const row of mergeByTime(surveys, { maxBuffered: options.maxBuffered, onBadLine })) {
      if (plan.dueAtMs(row) > clock.nowMs()) await clock.waitUntil(plan.dueAtMs(row), stop);
      if (stop.aborted) return;
      await lanes.add(row.record.driverID ?? '', row);
    }
  };
  try {
    await sendAll().catch(unlessStopped);
    // A row may have been accepted while the stop was under way.
    if (stop.aborted) lanes.discardWaiting();
    await lanes.whenEmpty().catch(unlessStopped);
  } finally {
    clearTimeout(cutTimer);
    stop.removeEventListener('abort', onStop);
  }
}

async function postRow(row: RecordedRow, options: ReplayOptions, signal: AbortSignal): Promise<void> {
  const result = await options.client.post(options.plan.toSend(row), signal);
  if (!result.ok) options.rejections.add({ file: row.file, line: row.line, reason: reasonOf(result) });
  options.onAnswer(result);
}

function reasonOf({ status, problem }: Extract<PostResult, { ok: false }>): string {
  if (problem === undefined) {
    throw new NotDrivewatchError(
      `The server answers ${status}, but not as Drivewatch does; is --url the right address?`,
    );
  }
  // This applies to every record; other refusals with 403 concern the driver.
  if (status === 401 || problem.code === 'REPLAY_NOT_ALLOWED') {
    throw new KeyRefusedError(
      `The server refuses the key (${status}: ${problem.detail}); DRIVEWATCH_KEY is the one that is sent.`,
    );
  }
  if (problem.code === 'HOST_NOT_ALLOWED')
    throw new AddressRefusedError(`The server refuses the address in --url (${status}: ${problem.detail}).`);
  const errors = problem.errors?.map(({ field, message }) => `${field} ${message}`.trim()) ?? [];
  return `${status}: ${errors.length > 0 ? errors.join('; ') : problem.detail}`;
}
