import { Component, computed, inject, input, output } from '@angular/core';
import type { Chart, ChartData, ChartOptions, Plugin } from 'chart.js';
import zoomPlugin from 'chartjs-plugin-zoom';
import type { SpeedPoint } from '@drivewatch/contracts';
import { BaseChartDirective } from 'ng2-charts';
import { firstPointFrom } from '../../feed/driver-track';
import { LiveFeed } from '../../feed/live-feed';
import { Theme } from '../../charts/theme';
import { speedAxis, timeAxis, tooltipLook } from '../../charts/chart-look';
import type { LiveDriver } from '../../feed/driver-list';
import { LineStyles } from '../../charts/line-styles';
import { joinedGapMs, speedLine, type TimeWindow } from '../../charts/speed-line';
import { pointsAround, SHORTEST_WINDOW_MS } from './time-window';

/** About one point for each pixel of the width; more would cost time and show nothing. */
const SAMPLES_PER_LINE = 1_000;

/**
 * The speeds of several drivers on one time axis. Zooming and panning are reported, and take effect once `window`
 * follows.
 */
@Component({
  selector: 'dw-fleet-chart',
  imports: [BaseChartDirective],
  template: `
    <figure role="img" [attr.aria-label]="label()" [attr.data-point-count]="pointCount()">
      <canvas
        baseChart
        type="line"
        aria-hidden="true"
        [data]="data()"
        [options]="options()"
        [plugins]="plugins"
        [legend]="false"
      ></canvas>
      @if (isEmpty()) {
        <p>No records in this period</p>
      }
    </figure>
  `,
  styles: `
    figure {
      position: relative;
      height: clamp(300px, 56vh, 640px);
      margin: 0;
    }
    p {
      position: absolute;
      inset: 40% 0 auto;
      margin: 0;
      color: var(--dw-text-soft);
      text-align: center;
      pointer-events: none;
    }
    /* The plugin would capture all touches; moving up and down has to scroll the page. */
    canvas {
      touch-action: pan-y !important;
    }
  `,
})
export class FleetChart {
  private readonly feed = inject(LiveFeed);
  private readonly theme = inject(Theme);
  private readonly styles = inject(LineStyles);

  readonly drivers = input.required<readonly LiveDriver[]>();
  /** IDs of drivers whose lines are switched off. */
  readonly hidden = input.required<ReadonlySet<string>>();
  readonly window = input.required<TimeWindow>();
  /** The limits of zooming and panning. */
  readonly bounds = input.required<TimeWindow>();
  readonly moved = output<TimeWindow>();

  protected readonly plugins: Plugin<'line'>[] = [zoomPlugin];
  protected readonly pointCount = computed(() =>
    this.drivers().reduce((count, { points }) => count + points.length, 0),
  );
  private readonly visible = computed(() => this.drivers().filter(({ id }) => !this.hidden().has(id)));
  /** The highest speed in the window, km/h; `null` when it shows nothing. */
  private readonly maxSpeed = computed(() => {
    const { minMs, maxMs } = this.window();
    let max: number | null = null;
    for (const { points } of this.visible()) {
      const end = firstPointFrom(points, maxMs + 1);
      for (let index = firstPointFrom(points, minMs); index < end; index += 1)
        max = Math.max(max ?? 0, points[index]?.y ?? 0);
    }
    return max;
  });
  protected readonly isEmpty = computed(() => this.maxSpeed() === null);

  protected readonly label = computed(() => {
    const { dateTime } = this.feed.timeFormat();
    const { minMs, maxMs } = this.window();
    const count = this.visible().length;
    const drivers = count === 1 ? '1 driver' : `${count} drivers`;
    const fastest = this.isEmpty() ? 'no records' : `at most ${this.maxSpeed() ?? 0} km/h`;
    return `Speeds of ${drivers} from ${dateTime(minMs)} to ${dateTime(maxMs)}, ${fastest}; the latest values are in the table below`;
  });
  protected readonly data = computed<ChartData<'line', SpeedPoint[]>>(() => {
    const window = this.window();
    const gapMs = joinedGapMs(window);
    const hidden = this.hidden();
    return {
      datasets: this.drivers().map(({ id, name, points }) => ({
        ...speedLine(name, pointsAround(points, window), this.styles.styleOf(id), gapMs),
        hidden: hidden.has(id),
      })),
    };
  });
  protected readonly options = computed<ChartOptions<'line'>>(() => {
    const scheme = this.theme.scheme();
    const zone = this.feed.timeZone();
    const bounds = this.bounds();
    const moved = ({ chart }: { chart: Chart }) => {
      this.report(chart);
    };
    return {
      animation: false,
      parsing: false,
      normalized: true,
      maintainAspectRatio: false,
      interaction: { mode: 'nearest', axis: 'xy', intersect: false },
      scales: {
        x: timeAxis(this.window(), zone, scheme, `Time (${zone})`),
        y: speedAxis(this.maxSpeed() ?? 0, scheme, 'Speed (km/h)'),
      },
      plugins: {
        // Decimation keeps the points that shape a line (peaks among them); zoomed in, every record is drawn.
        decimation: {
          enabled: true,
          algorithm: 'lttb',
          samples: SAMPLES_PER_LINE,
          threshold: SAMPLES_PER_LINE,
        },
        tooltip: {
          ...tooltipLook(scheme),
          callbacks: { label: ({ dataset, parsed }) => ` ${dataset.label ?? ''}: ${parsed.y ?? 0} km/h` },
        },
        zoom: {
          limits: { x: { min: bounds.minMs, max: bounds.maxMs, minRange: SHORTEST_WINDOW_MS } },
          pan: { enabled: true, mode: 'x', onPanComplete: moved },
          zoom: { mode: 'x', wheel: { enabled: true }, pinch: { enabled: true }, onZoomComplete: moved },
        },
      },
    };
  });

  private report(chart: Chart): void {
    const axis = chart.scales.x;
    if (axis) this.moved.emit({ minMs: axis.min, maxMs: axis.max });
  }
}
