import { Component, computed, inject, input, linkedSignal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { ChartData, ChartOptions } from 'chart.js';
import { BaseChartDirective } from 'ng2-charts';
import { FONT, INK, tooltipLook } from '../charts/chart-look';
import { LINE_COLOURS } from '../charts/driver-colour';
import { Theme } from '../charts/theme';
import { CsvLink } from './csv-link';
import { barCount, highestFirst, moreBars } from './data/bars';
import type { DriverTotals } from './data/driver-totals';
import { type ChartedMeasure, formatNumber, headingOf } from './data/measures';

const BAR_ROOM_PX = 26;
const AXIS_ROOM_PX = 40;
/** Longer IDs would leave no room for the bars on a phone; the tooltip and the table show them in full. */
const NAME_LENGTH = 16;

const shortened = (name: string) => (name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH - 1)}…` : name);

/** One measure of the drivers as bars, highest first, with its table and a link to its source file. */
@Component({
  selector: 'dw-metric-chart',
  imports: [BaseChartDirective, CsvLink, MatButton],
  templateUrl: './metric-chart.html',
  styleUrl: './metric-chart.scss',
})
export class MetricChart {
  private readonly theme = inject(Theme);

  readonly measure = input.required<ChartedMeasure>();
  readonly drivers = input.required<readonly DriverTotals[]>();
  /** The address of the CSV file that holds the measure of all days. */
  readonly sourceUrl = input.required<string>();

  /** How often "show more" was pressed; a new period resets it. */
  private readonly timesMore = linkedSignal({ source: this.drivers, computation: () => 0 });
  private readonly sorted = computed(() => highestFirst(this.drivers(), this.measure()));
  protected readonly bars = computed(() => {
    const { key, decimals } = this.measure();
    return this.sorted()
      .slice(0, barCount(this.drivers().length, this.timesMore()))
      .map((driver) => ({
        driverId: driver.driverId,
        plateNumber: driver.plateNumber,
        value: driver[key],
        text: formatNumber(driver[key], decimals),
      }));
  });
  protected readonly more = computed(() => moreBars(this.drivers().length, this.timesMore()));
  protected readonly heading = computed(() => headingOf(this.measure()));
  protected readonly heightPx = computed(() => this.bars().length * BAR_ROOM_PX + AXIS_ROOM_PX);
  protected readonly label = computed(() => {
    const [highest] = this.bars();
    const most = highest ? `; most: ${highest.driverId} with ${highest.text}` : '';
    return `Bar chart of ${this.heading()} of ${this.bars().length} drivers${most}; the numbers are in the table below`;
  });

  protected readonly data = computed<ChartData<'bar', number[], string>>(() => {
    const [colour = ''] = LINE_COLOURS[this.theme.scheme()];
    return {
      labels: this.bars().map(({ driverId }) => driverId),
      datasets: [
        {
          data: this.bars().map(({ value }) => value),
          backgroundColor: colour,
          borderRadius: 3,
          maxBarThickness: 18,
        },
      ],
    };
  });
  protected readonly options = computed<ChartOptions<'bar'>>(() => {
    const scheme = this.theme.scheme();
    const { text, grid } = INK[scheme];
    return {
      indexAxis: 'y',
      animation: false,
      maintainAspectRatio: false,
      scales: {
        x: {
          beginAtZero: true,
          grid: { color: grid, drawTicks: false },
          border: { display: false },
          ticks: { color: text, font: FONT, padding: 6, precision: 0, maxRotation: 0 },
        },
        y: {
          grid: { display: false },
          border: { color: grid },
          ticks: {
            color: text,
            font: FONT,
            autoSkip: false,
            callback: (_, index) => shortened(this.bars()[index]?.driverId ?? ''),
          },
        },
      },
      plugins: {
        tooltip: {
          ...tooltipLook(scheme),
          displayColors: false,
          callbacks: {
            label: ({ dataIndex }) => `${this.heading()}: ${this.bars()[dataIndex]?.text ?? ''}`,
          },
        },
      },
    };
  });

  protected showMore(): void {
    this.timesMore.update((times) => times + 1);
  }
}
