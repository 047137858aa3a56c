import type { DaySummary } from '@drivewatch/contracts';
import { Service } from '@angular/core';
import pMap from 'p-map';
import { type DayTotals, type DriverDirectory, FleetTotals, sumDay } from './day-totals';
import type { DaySlice } from './period';

/** Enough to keep a connection busy while a day is being summed, and few enough that not many days wait in memory. */
const FETCHED_AT_ONCE = 3;
/** Enough for about 100 days of 10,000 drivers. */
const MAX_KEPT_BYTES = 128_000_000;

/**
 * Caches the totals of whole days as long as the app is open, so that going from period to period loads little; the
 * least recently used are dropped first.
 */
@Service()
export class DayTotalsCache {
  private readonly kept = new Map<string, DayTotals>();
  private bytes = 0;

  /** @param key the key of the day's file, which never changes */
  get(key: string): DayTotals | undefined {
    const totals = this.kept.get(key);
    if (totals === undefined) return undefined;
    this.kept.delete(key);
    this.kept.set(key, totals);
    return totals;
  }

  put(key: string, totals: DayTotals): void {
    this.kept.set(key, totals);
    this.bytes += sizeOf(totals);
    for (const [oldest, old] of this.kept) {
      if (this.bytes <= MAX_KEPT_BYTES || oldest === key) return;
      this.kept.delete(oldest);
      this.bytes -= sizeOf(old);
    }
  }
}

const sizeOf = ({ positions, sums }: DayTotals): number =>
  positions.byteLength + Object.values(sums).reduce((bytes, { byteLength }) => bytes + byteLength, 0);

export interface PeriodSource {
  readonly directory: DriverDirectory;
  readonly cache: DayTotalsCache;
  /** Returns the key of a day's file. */
  readonly keyOf: (day: string) => string;
  readonly load: (day: string, signal: AbortSignal) => Promise<DaySummary>;
  /** Called with how many of the period's days have arrived. */
  readonly onProgress: (daysDone: number) => void;
}

/**
 * Adds up a period, each day as it arrives. Days of which only some hours are needed are loaded again each time: the
 * browser keeps their files.
 *
 * @throws what `load` throws, and the signal's reason once it is aborted
 */
export async function sumPeriod(
  slices: readonly DaySlice[],
  source: PeriodSource,
  signal: AbortSignal,
): Promise<FleetTotals> {
  const totals = new FleetTotals(source.directory.driverIds.length);
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  let daysDone = 0;
  const takeDay = async (slice: DaySlice) => {
    totals.add(await totalsOf(slice, source, stop));
    daysDone += 1;
    source.onProgress(daysDone);
  };
  try {
    await pMap(slices, takeDay, { concurrency: FETCHED_AT_ONCE, signal });
  } catch (error) {
    failed.abort(error);
    throw error;
  }
  return totals;
}

async function totalsOf(
  { day, fromHour, toHour }: DaySlice,
  { cache, directory, keyOf, load }: PeriodSource,
  signal: AbortSignal,
): Promise<DayTotals> {
  const key = keyOf(day);
  const isWholeDay = fromHour === 0 && toHour === 24;
  const kept = isWholeDay ? cache.get(key) : undefined;
  if (kept) return kept;
  const loaded = await load(day, signal);
  // A period that nobody waits for any more is not worth adding up.
  signal.throwIfAborted();
  const totals = sumDay(loaded, directory, fromHour, toHour);
  if (isWholeDay) cache.put(key, totals);
  return totals;
}
