import { text } from 'node:stream/consumers';
import { SUMMARY_RUNS_KEY, type SummaryRuns, summaryRunsSchema } from '@drivewatch/contracts';
import { ObjectNotFoundError, type ObjectStore } from '@drivewatch/object-store';
import { RepeatedWarning } from '@drivewatch/redis';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import { PUBLIC_STORE } from '../public-files/public-store';

/** The job runs every hour, and each request to a bucket may cost money. */
const KEPT_MS = 60_000;
/** A bucket that does not answer must not hold up the metrics. */
const LIMIT_MS = 2_000;

/**
 * How the runs of the summaries job ended, according to its notes in the public bucket; unknown values are left out.
 */
@Injectable()
export class SummaryMetrics {
  private readonly registry = new Registry();
  private readonly lastSuccess = new Gauge({
    name: 'drivewatch_summaries_last_success_timestamp_seconds',
    help: 'When the last successful run of the summaries ended',
    registers: [this.registry],
  });
  private readonly failedRuns = new Gauge({
    name: 'drivewatch_summaries_failed_runs',
    help: 'Runs of the summaries that have failed since the last successful one',
    registers: [this.registry],
  });
  private readonly trouble = new RepeatedWarning(new Logger('Summaries'));
  private readAtMs = -Infinity;

  constructor(@Inject(PUBLIC_STORE) private readonly store: ObjectStore) {}

  /** @returns the gauges, set to a state at most a minute old */
  async read(): Promise<Registry> {
    const nowMs = performance.now();
    if (nowMs - this.readAtMs >= KEPT_MS) {
      this.readAtMs = nowMs;
      await this.readWithin(LIMIT_MS);
    }
    return this.registry;
  }

  /** Values that arrive later than that are shown the next time. */
  private async readWithin(limitMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, limitMs);
    });
    await Promise.race([this.readNow(), tooLate]);
    clearTimeout(timer);
  }

  private async readNow(): Promise<void> {
    const runs = await this.runs().catch((error: unknown) => {
      this.trouble.say(`The state of the summaries is not known: ${(error as Error).message}`);
      return null;
    });
    this.lastSuccess.remove();
    this.failedRuns.remove();
    if (runs === null) return;
    this.failedRuns.set(runs.failedInARow);
    if (runs.lastSuccessSeconds !== null) this.lastSuccess.set(runs.lastSuccessSeconds);
  }

  /** @returns null before the first run */
  private async runs(): Promise<SummaryRuns | null> {
    try {
      const { body } = await this.store.get(SUMMARY_RUNS_KEY);
      return readNote(await text(body));
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return null;
      throw error;
    }
  }
}

function readNote(json: string): SummaryRuns {
  try {
    return summaryRunsSchema.parse(JSON.parse(json));
  } catch {
    throw new Error(`${SUMMARY_RUNS_KEY} in the public bucket is not what the job writes`);
  }
}
