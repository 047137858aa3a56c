import type { ColorScheme } from '../shell/theme';

/** How a driver's line looks in every chart. */
export interface DriverLineStyle {
  readonly colour: string;
  /** Lengths of strokes and gaps in pixels; empty for a solid line. */
  readonly dash: readonly number[];
}

/**
 * Ten hues, each dark enough for a light ground and light enough for a dark one (contrast of at least 3:1, as WCAG asks
 * of lines in charts). Red is missing on purpose: it means speeding.
 */
export const LINE_COLOURS: Readonly<Record<ColorScheme, readonly string[]>> = {
  light: [
    '#1f63c6', // blue
    '#c05a00', // orange
    '#2c7d36', // green
    '#7a3fc0', // purple
    '#00808c', // teal
    '#b81f74', // berry
    '#7a5a00', // ochre
    '#4b5b69', // slate
    '#5d8a00', // lime
    '#b05bd6', // orchid
  ],
  dark: [
    '#74a9ff', // blue
    '#ffa14f', // orange
    '#6fcf7c', // green
    '#b998ff', // purple
    '#3fd0dc', // teal
    '#ff7ec0', // berry
    '#d9b24a', // ochre
    '#a9b8c6', // slate
    '#b7df4f', // lime
    '#e6a3ff', // orchid
  ],
};

/** Told apart without colour, too. */
const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3]];

const STYLES = LINE_COLOURS.light.length * DASHES.length;

/**
 * A driver's line style, from the ID alone: the same on every page, in every browser and after any other driver joins
 * or leaves. (Handing out free colours in order of arrival would avoid every clash, but then what a colour means would
 * depend on who else was there first.)
 *
 * Fleets number their drivers, so the number at the end of the ID picks the style: up to ten consecutive numbers differ
 * in colour and up to forty in colour or dash. IDs without a number are spread by a hash (FNV-1a), where two of many
 * may look alike; the charts name every line as well.
 */
export function driverLineStyle(driverId: string, scheme: ColorScheme): DriverLineStyle {
  const trailingNumber = /\d{1,9}$/.exec(driverId)?.[0];
  const index = (trailingNumber === undefined ? hash(driverId) : Number(trailingNumber)) % STYLES;
  const colours = LINE_COLOURS[scheme];
  return {
    colour: colours[index % colours.length] ?? '#888888',
    dash: DASHES[Math.floor(index / colours.length)] ?? [],
  };
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return value;
}
