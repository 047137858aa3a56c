import { afterRenderEffect, Component, computed, DOCUMENT, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatIcon } from '@angular/material/icon';
import { MatProgressBar } from '@angular/material/progress-bar';
import { CsvLink } from './csv-link';
import { CHARTED_MEASURES, formatCount } from './data/measures';
import { periodText } from './data/period';
import { SummaryFiles } from './data/summary-files';
import { DriverTable } from './driver-table';
import { MetricChart } from './metric-chart';
import { PeriodForm } from './period-form';
import { ScoreDialog } from './score-dialog';
import { ScoreExplained } from './score-explained';
import { SummaryStore } from './summary-store';
import { TotalsTable } from './totals-table';

/** Shows what the drivers did in a period of hours, from what the summaries job has published. */
@Component({
  selector: 'dw-summary-page',
  imports: [
    CsvLink,
    DriverTable,
    MatButton,
    MatIcon,
    MatProgressBar,
    MetricChart,
    PeriodForm,
    ScoreDialog,
    ScoreExplained,
    TotalsTable,
  ],
  providers: [SummaryStore],
  templateUrl: './summary-page.html',
  styleUrl: './summary-page.scss',
})
export class SummaryPage {
  private readonly document = inject(DOCUMENT);
  private readonly files = inject(SummaryFiles);
  protected readonly store = inject(SummaryStore);

  /** The sections of the page, for its index. */
  protected readonly sections = [
    ...CHARTED_MEASURES.map(({ key, name }) => ({ id: key, name })),
    { id: 'totals', name: 'Totals' },
    { id: 'drivers', name: 'Drivers' },
    { id: 'score', name: 'Driver score' },
  ];
  /** What the run covers, in words. */
  protected readonly coverage = computed(() => {
    const state = this.store.state();
    if (state.kind !== 'ready') return '';
    const { manifest, computedAtMs, timeFormat } = state.catalogue;
    const time = (text: string) => text.replace('T', ' ');
    const computed = computedAtMs === null ? '' : `, computed ${timeFormat.dateTime(computedAtMs)}`;
    const dead = manifest.rowsDeadClock ?? 0;
    const told = dead === 0 ? '' : `, ${formatCount(dead)} of clocks that were never set`;
    return (
      `Records of ${time(manifest.from)} to ${time(manifest.to)}, ${formatCount(manifest.rowsGood)} records, ` +
      `${formatCount(manifest.rowsRejected)} rejected${told}${computed} (${manifest.timeZone}).`
    );
  });
  /** The part of it that is shown, in words. */
  protected readonly shownPeriod = computed(() => {
    const shown = this.store.shown();
    if (shown === undefined) return '';
    const { period, fleet, drivers } = shown;
    return `${periodText(period)}: ${formatCount(fleet.records)} records of ${formatCount(drivers.length)} ${drivers.length === 1 ? 'driver' : 'drivers'}`;
  });
  protected readonly charts = computed(() => {
    const { files } = this.store.shown()?.catalogue.manifest ?? {};
    if (files === undefined) return [];
    return CHARTED_MEASURES.map((measure) => ({
      measure,
      sourceUrl: this.files.url(files.metrics[measure.key]),
    }));
  });
  protected readonly hourlyCsvUrl = computed(() => {
    const { files } = this.store.shown()?.catalogue.manifest ?? {};
    return files === undefined ? '' : this.files.url(files.hourlyCsv);
  });

  constructor() {
    let isOpened = false;
    afterRenderEffect(() => {
      if (isOpened || this.charts().length === 0) return;
      isOpened = true;
      // The address may lead to a part of the page that had to be loaded first.
      this.scrollTo(this.document.location.hash.slice(1));
    });
  }

  /** Scrolls by script, because a plain `#…` link would resolve against `<base href>` and leave the page. */
  protected goTo(id: string, event: Event): void {
    event.preventDefault();
    this.scrollTo(id);
  }

  private scrollTo(id: string): void {
    const heading = this.document.getElementById(id);
    heading?.scrollIntoView();
    heading?.focus({ preventScroll: true });
  }
}
