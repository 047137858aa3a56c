import type { ColorScheme } from './theme';

/** How a driver's line looks in every chart. */
export interface DriverLineStyle {
  readonly colour: string;
  /** Lengths of strokes and gaps in pixels; empty for a solid line. */
  readonly dash: readonly number[];
}

/**
 * Ten hues, each dark enough for a light background and light enough for a dark one (contrast of at least 3:1, as WCAG
 * asks of lines in charts). Red is missing on purpose: it means speeding.
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

/** The dashes tell lines apart without colour. */
const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3]];

/** How many lines can be told apart by colour or dash. */
export const LINE_STYLE_COUNT = LINE_COLOURS.light.length * DASHES.length;

const stylesOf = (scheme: ColorScheme): readonly DriverLineStyle[] =>
  DASHES.flatMap((dash) => LINE_COLOURS[scheme].map((colour) => ({ colour, dash })));

/** Every style by its number: first the ten colours solid, then the ten with each of the dashes. */
export const LINE_STYLES: Readonly<Record<ColorScheme, readonly DriverLineStyle[]>> = {
  light: stylesOf('light'),
  dark: stylesOf('dark'),
};

/** Returns the colour of a style, as its number among the ten; the other part of a style is its dash. */
export const colourOfStyle = (style: number): number => style % LINE_COLOURS.light.length;

/**
 * Returns the number of the style that a driver has unless another driver in view has it. It depends on the ID alone,
 * so it is the same on every page and in every browser.
 *
 * Fleets number their drivers, so the number at the end of the ID picks the style: up to ten consecutive numbers differ
 * in colour and up to forty in colour or dash. IDs without a number are spread by a hash (FNV-1a).
 */
export function ownLineStyle(driverId: string): number {
  const trailingNumber = /\d{1,9}$/.exec(driverId)?.[0];
  return (trailingNumber === undefined ? hash(driverId) : Number(trailingNumber)) % LINE_STYLE_COUNT;
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return value;
}
