import { Counter, Histogram, type Registry } from 'prom-client';

/** The buckets range from a few records on an idle PostgreSQL to a statement that is given up. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What happened to the records of a job. */
export interface StoreCounts {
  stored: number;
  duplicates: number;
  /** How many of the records set aside had an id that stands for another record. */
  conflicting: number;
  setAside: number;
}

/** Counts what happens to records when they are stored. */
export class StoreMetrics {
  private readonly stored: Counter;
  private readonly duplicates: Counter;
  private readonly conflicting: Counter;
  private readonly setAside: Counter;
  private readonly seconds: Histogram;

  /** @param registry holds what this process publishes */
  constructor(registry: Registry) {
    const registers = [registry];
    this.stored = new Counter({
      name: 'drivewatch_records_stored_total',
      help: 'Records that were new to the store',
      registers,
    });
    this.duplicates = new Counter({
      name: 'drivewatch_records_duplicate_total',
      help: 'Records that were stored already: sent again by a device, or of a job that was run again',
      registers,
    });
    this.conflicting = new Counter({
      name: 'drivewatch_records_conflicting_total',
      help: 'Records, set aside as well, whose recordId or Idempotency-Key was used for another one before',
      registers,
    });
    this.setAside = new Counter({
      name: 'drivewatch_records_set_aside_total',
      help: 'Records that can never be stored; they are kept in failed jobs',
      registers,
    });
    this.seconds = new Histogram({
      name: 'drivewatch_store_seconds',
      help: 'How long the statement took that stored the records of a job',
      buckets: SECONDS,
      registers,
    });
  }

  /** Runs a statement and counts how long it took, unless it failed. */
  async time<T>(statement: () => Promise<T>): Promise<T> {
    const begunAt = performance.now();
    const result = await statement();
    this.seconds.observe((performance.now() - begunAt) / 1000);
    return result;
  }

  count({ stored, duplicates, conflicting, setAside }: StoreCounts): void {
    this.stored.inc(stored);
    this.duplicates.inc(duplicates);
    this.conflicting.inc(conflicting);
    this.setAside.inc(setAside);
  }
}
