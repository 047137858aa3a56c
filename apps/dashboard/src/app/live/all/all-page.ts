import { Component, computed, inject, signal } from '@angular/core';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatIcon } from '@angular/material/icon';
import { LiveFeed } from '../../feed/live-feed';
import { DriverSearch } from '../driver-search';
import { FleetSummary } from '../fleet-summary';
import { FleetView } from '../fleet-view';
import { LineStyles } from '../../charts/line-styles';
import type { TimeWindow } from '../../charts/speed-line';
import { timelineOf } from '../../charts/timeline';
import { WaitingForRecords } from '../waiting-for-records';
import { FleetChart } from './fleet-chart';
import { LatestValues } from './latest-values';
import { LineLegend } from './line-legend';
import { panned, type Range, RANGES, windowOf, zoomed } from './time-window';

/** More lines than this could not be told apart or followed. */
const LINES_AT_MOST = 20;
const ZOOM_STEP = 2;
const PAN_STEP = 0.25;

/** One chart with a line for each driver. */
@Component({
  selector: 'dw-all-page',
  imports: [
    FleetChart,
    FleetSummary,
    LatestValues,
    LineLegend,
    MatButton,
    MatIcon,
    MatIconButton,
    WaitingForRecords,
  ],
  templateUrl: './all-page.html',
  styleUrl: './all-page.scss',
})
export class AllPage {
  private readonly feed = inject(LiveFeed);
  protected readonly fleet = inject(FleetView);
  protected readonly search = inject(DriverSearch);
  protected readonly ranges = RANGES;
  protected readonly range = signal<Range>(RANGES[1]);
  /** Drivers whose lines the user has switched off in the legend. */
  protected readonly hidden = signal<ReadonlySet<string>>(new Set());
  /** Set while zoomed or panned; new records then do not move the view away. */
  protected readonly closeUp = signal<TimeWindow | null>(null);

  protected readonly plotted = computed(() => this.fleet.found().slice(0, LINES_AT_MOST));
  private readonly timeline = computed(() =>
    timelineOf(
      this.plotted().map(({ points }) => points),
      this.feed.asOfMs(),
    ),
  );
  protected readonly bounds = computed(() => this.timeline().bounds);
  protected readonly window = computed(() => this.closeUp() ?? windowOf(this.range(), this.timeline()));

  constructor() {
    inject(LineStyles).follow(computed(() => this.plotted().map(({ id }) => id)));
  }

  protected choose(range: Range): void {
    this.range.set(range);
    this.closeUp.set(null);
  }

  protected zoomIn(): void {
    this.closeUp.set(zoomed(this.window(), 1 / ZOOM_STEP, this.bounds()));
  }

  protected zoomOut(): void {
    this.closeUp.set(zoomed(this.window(), ZOOM_STEP, this.bounds()));
  }

  protected panEarlier(): void {
    this.closeUp.set(panned(this.window(), -PAN_STEP, this.bounds()));
  }

  protected panLater(): void {
    this.closeUp.set(panned(this.window(), PAN_STEP, this.bounds()));
  }

  protected toggleLine(driverId: string): void {
    this.hidden.update((before) => {
      const after = new Set(before);
      if (!after.delete(driverId)) after.add(driverId);
      return after;
    });
  }
}
