import { UsageError } from '../program';

const UNITS_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** @param option that has the text, such as 90d @returns milliseconds @throws UsageError */
export function durationMs(option: string, text: string): number {
  const [, number, unit] = /^([1-9]\d{0,4})([mhd])$/.exec(text) ?? [];
  if (number === undefined)
    throw new UsageError(`${option} ${text} is not understood; allowed: 30m, 12h, 90d and the like`);
  return Number(number) * UNITS_MS[unit as keyof typeof UNITS_MS];
}
