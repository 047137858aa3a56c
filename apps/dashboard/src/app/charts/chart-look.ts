import type { ChartOptions } from 'chart.js';
import type { ColorScheme } from './theme';
import type { TimeWindow } from './speed-line';

type Axis = NonNullable<NonNullable<ChartOptions<'line'>['scales']>[string]>;

/** A canvas cannot read the style sheet's `light-dark()` colours; these are its colours for text and lines. */
export const INK: Readonly<Record<ColorScheme, { text: string; grid: string; tooltip: string }>> = {
  light: { text: '#556272', grid: '#e4e8ee', tooltip: '#18212c' },
  dark: { text: '#a3b0be', grid: '#2a3541', tooltip: '#3a4655' },
};

export const FONT = { family: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif', size: 12 };

/** Charts reach at least this high, so that usual speeds look alike on every card; km/h. */
const USUAL_TOP_SPEED = 120;
const SPEED_STEP = 40;

/** Returns the upper end of a speed axis that fits `maxSpeed`, in whole steps; km/h. */
export const topOfSpeedAxis = (maxSpeed: number) =>
  Math.max(USUAL_TOP_SPEED, Math.ceil(maxSpeed / SPEED_STEP) * SPEED_STEP);

/** Returns a time axis in the fleet's zone, with 24-hour times, that shows exactly `window`. */
export function timeAxis(window: TimeWindow, timeZone: string, scheme: ColorScheme, title?: string): Axis {
  const { text, grid } = INK[scheme];
  return {
    type: 'time',
    min: window.minMs,
    max: window.maxMs,
    adapters: { date: { zone: timeZone, locale: 'en-GB' } },
    time: {
      minUnit: 'second',
      displayFormats: {
        second: 'HH:mm:ss',
        minute: 'HH:mm',
        hour: 'd LLL HH:mm',
        day: 'd LLL yyyy',
        month: 'LLL yyyy',
      },
      tooltipFormat: 'yyyy-LL-dd HH:mm:ss',
    },
    grid: { color: grid, drawTicks: false },
    border: { color: grid },
    ticks: { color: text, font: FONT, maxRotation: 0, autoSkipPadding: 20, padding: 6 },
    title: { display: title !== undefined, text: title ?? '', color: text, font: FONT },
  };
}

export function speedAxis(maxSpeed: number, scheme: ColorScheme, title?: string): Axis {
  const { text, grid } = INK[scheme];
  return {
    type: 'linear',
    min: 0,
    max: topOfSpeedAxis(maxSpeed),
    grid: { color: grid, drawTicks: false },
    border: { display: false },
    ticks: { color: text, font: FONT, stepSize: SPEED_STEP, padding: 6 },
    title: { display: title !== undefined, text: title ?? '', color: text, font: FONT },
  };
}

export const tooltipLook = (scheme: ColorScheme) => ({
  backgroundColor: INK[scheme].tooltip,
  titleFont: FONT,
  bodyFont: FONT,
  padding: 10,
  cornerRadius: 8,
  usePointStyle: true,
});
