import type { SpeedPoint } from '@drivewatch/contracts';
import { Component, computed, inject, input } from '@angular/core';
import type { ChartData, ChartOptions } from 'chart.js';
import { BaseChartDirective } from 'ng2-charts';
import { firstPointFrom } from '../../feed/driver-track';
import { LiveFeed } from '../../feed/live-feed';
import { Theme } from '../../charts/theme';
import { speedAxis, timeAxis, tooltipLook } from '../../charts/chart-look';
import { LineStyles } from '../../charts/line-styles';
import { joinedGapMs, speedLine, type TimeWindow } from '../../charts/speed-line';
import { lastOf, timelineOf } from '../../charts/timeline';

/**
 * How much of a driver's time a card shows, up to now. If nothing is that recent, the card shows the time before the
 * driver's newest record: replayed records may be years old.
 */
const SHOWN_MINUTES = 10;
const SHOWN_MS = SHOWN_MINUTES * 60_000;

/** One driver's speeds of the last minutes. */
@Component({
  selector: 'dw-speed-chart',
  imports: [BaseChartDirective],
  template: `
    <figure role="img" [attr.aria-label]="label()" [attr.data-point-count]="points().length">
      @if (drawn()) {
        <canvas
          baseChart
          type="line"
          aria-hidden="true"
          [data]="data()"
          [options]="options()"
          [legend]="false"
        ></canvas>
      }
    </figure>
  `,
  styles: `
    :host {
      position: relative;
      display: block;
    }
    /* The canvas is out of the flow, so that it never keeps the card from getting smaller again. */
    figure {
      position: absolute;
      inset: 0 12px;
      margin: 0;
    }
  `,
})
export class SpeedChart {
  private readonly feed = inject(LiveFeed);
  private readonly theme = inject(Theme);
  private readonly styles = inject(LineStyles);

  readonly driverId = input.required<string>();
  /** All points held of the driver, x ascending. */
  readonly points = input.required<readonly SpeedPoint[]>();
  /** Whether to draw; off screen the text alternative is enough. */
  readonly drawn = input.required<boolean>();

  private readonly window = computed<TimeWindow>(() =>
    lastOf(timelineOf([this.points()], this.feed.asOfMs(), SHOWN_MS), SHOWN_MS),
  );
  private readonly shown = computed(() => {
    const points = this.points();
    const { minMs, maxMs } = this.window();
    return points.slice(firstPointFrom(points, minMs), firstPointFrom(points, maxMs + 1));
  });
  private readonly maxSpeed = computed(() => this.shown().reduce((max, { y }) => Math.max(max, y), 0));

  protected readonly label = computed(() => {
    const latest = this.points().at(-1);
    if (latest === undefined) return `Speed of ${this.driverId()}: no record yet`;
    const range = `${this.shown().length} records of the last ${SHOWN_MINUTES} minutes`;
    const at = this.feed.timeFormat().time(latest.x);
    return `Speed of ${this.driverId()}: ${latest.y} km/h at ${at}; ${range}, at most ${this.maxSpeed()} km/h`;
  });
  /** A signal of its own, so that a chart that keeps its look is not redrawn when other drivers come into view. */
  private readonly look = computed(() => this.styles.styleOf(this.driverId()));
  protected readonly data = computed<ChartData<'line', SpeedPoint[]>>(() => {
    const style = this.look();
    const line = speedLine('km/h', this.shown(), style, joinedGapMs(this.window()));
    return { datasets: [{ ...line, fill: 'origin', backgroundColor: `${style.colour}1f` }] };
  });
  protected readonly options = computed<ChartOptions<'line'>>(() => {
    const scheme = this.theme.scheme();
    return {
      animation: false,
      parsing: false,
      normalized: true,
      maintainAspectRatio: false,
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: {
        x: timeAxis(this.window(), this.feed.timeZone(), scheme),
        y: speedAxis(this.maxSpeed(), scheme),
      },
      plugins: { tooltip: { ...tooltipLook(scheme), displayColors: false } },
    };
  });
}
