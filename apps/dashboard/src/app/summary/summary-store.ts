import { computed, inject, linkedSignal, resource, Service, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute } from '@angular/router';
import { ServerClock } from '../feed/server-clock';
import { type PeriodSummary, summarise } from './data/driver-totals';
import { daySlices, type Period, periodProblem, type QuickRange, quickRanges } from './data/period';
import { DayTotalsCache, sumPeriod } from './data/period-totals';
import { type SummaryCatalogue, SummaryFiles } from './data/summary-files';

/** A period that has been added up. */
export interface ShownPeriod extends PeriodSummary {
  readonly catalogue: SummaryCatalogue;
  readonly period: Period;
}

/**
 * - `loading`: it is not known yet what there is.
 * - `empty`: the summaries job has published nothing so far.
 * - `failed`: files could not be loaded; `message` says why.
 * - `ready`: there are summaries; those of the period are there or on their way.
 */
export type SummaryState =
  | { readonly kind: 'loading' | 'empty' }
  | { readonly kind: 'failed'; readonly message: string }
  | ({ readonly kind: 'ready' } & ReadyPeriod);

/** What there is, and which period of it is requested. */
interface ReadyPeriod {
  readonly catalogue: SummaryCatalogue;
  readonly period: Period;
  readonly ranges: readonly QuickRange[];
}

/** Loads and adds up the period that the page's address names. */
@Service({ autoProvided: false })
export class SummaryStore {
  private readonly files = inject(SummaryFiles);
  private readonly clock = inject(ServerClock);
  private readonly cache = inject(DayTotalsCache);
  private readonly query = toSignal(inject(ActivatedRoute).queryParamMap);
  private readonly daysDone = signal(0);

  private readonly catalogue = resource({ loader: ({ abortSignal }) => this.files.catalogue(abortSignal) });
  /** The period in the address; `null` without one. */
  private readonly requested = computed<Period | null>(() => {
    const from = this.query()?.get('from') ?? null;
    const to = this.query()?.get('to') ?? null;
    return from === null && to === null ? null : { from: from ?? '', to: to ?? '' };
  });
  private readonly loaded = computed(() => (this.catalogue.hasValue() ? this.catalogue.value() : null));
  /** Today in the fleet's zone; it changes at midnight there, and when the server has told what time it is. */
  private readonly today = computed(() => this.loaded()?.timeFormat.date(this.clock.nowMs()) ?? '');
  private readonly ready = computed<ReadyPeriod | undefined>(() => {
    const catalogue = this.loaded();
    if (catalogue === null) return undefined;
    const { days, manifest } = catalogue;
    const [first, last] = [manifest.from.slice(0, 10), manifest.to.slice(0, 10)];
    const ranges = quickRanges({ days, first, last }, this.today());
    const requested = this.requested();
    const isUsable = requested !== null && periodProblem(requested) === null;
    return { catalogue, ranges, period: isUsable ? requested : ranges[0].period };
  });
  /** Changes only when something has to be loaded: a new day with the same period loads nothing again. */
  private readonly wanted = computed(() => this.ready(), { equal: isSamePeriod });
  private readonly summary = resource({
    params: () => this.wanted(),
    loader: ({ params, abortSignal }) => this.addUp(params, abortSignal),
  });

  readonly state = computed<SummaryState>(() => {
    const error = this.catalogue.error() ?? this.summary.error();
    if (error !== undefined) return { kind: 'failed', message: error.message };
    const ready = this.ready();
    if (ready !== undefined) return { kind: 'ready', ...ready };
    return { kind: this.catalogue.hasValue() ? 'empty' : 'loading' };
  });
  readonly isLoading = computed(() => this.catalogue.isLoading() || this.summary.isLoading());
  /** How many days the period being loaded has, and how many of them have arrived. */
  readonly progress = computed(() => {
    const ready = this.ready();
    const days = ready === undefined ? 0 : daySlices(ready.period, ready.catalogue.days).length;
    return { days, done: Math.min(this.daysDone(), days) };
  });
  /** The period last added up; it stays until the next one is there. */
  readonly shown = linkedSignal<ShownPeriod | undefined, ShownPeriod | undefined>({
    source: () => (this.summary.hasValue() ? this.summary.value() : undefined),
    computation: (now, before) => now ?? before?.value,
  });
  /** Why the period in the address cannot be shown; `null` when it can, or when the address has none. */
  readonly addressProblem = computed(() => {
    const requested = this.requested();
    return requested === null ? null : periodProblem(requested);
  });

  /** Checks again what there is, and loads the period again. */
  retry(): void {
    // The catalogue is reloaded even if only a day's file was missing: its run may have been replaced by a newer one.
    this.catalogue.reload();
  }

  private async addUp({ catalogue, period }: ReadyPeriod, signal: AbortSignal): Promise<ShownPeriod> {
    const { manifest, directory, days } = catalogue;
    this.daysDone.set(0);
    const totals = await sumPeriod(
      daySlices(period, days),
      {
        directory,
        cache: this.cache,
        keyOf: (day) => manifest.files.days[day] ?? day,
        load: (day, stop) => this.files.day(manifest, day, stop),
        onProgress: (daysDone) => {
          this.daysDone.set(daysDone);
        },
      },
      signal,
    );
    return { catalogue, period, ...summarise(totals, directory) };
  }
}

const isSamePeriod = (one: ReadyPeriod | undefined, other: ReadyPeriod | undefined): boolean =>
  one?.catalogue === other?.catalogue &&
  one?.period.from === other?.period.from &&
  one?.period.to === other?.period.to;
