import { isDeadClock } from '@drivewatch/contracts';

/** An hour on the fleet's wall clock, `YYYY-MM-DDTHH`; as text these sort by time, even when clocks change. */
export type WallHour = string;

/** A stretch of whole hours. */
export interface Period {
  readonly from: WallHour;
  /** The end is not part of the period. */
  readonly to: WallHour;
}

/** The hours of one day that a period holds. */
export interface DaySlice {
  /** The date, `YYYY-MM-DD`. */
  readonly day: string;
  /** The first hour, 0 to 23. */
  readonly fromHour: number;
  /** The end, 1 to 24, not part of the slice. */
  readonly toHour: number;
}

export interface QuickRange {
  readonly name: string;
  readonly period: Period;
}

const HOUR_MS = 3_600_000;
const WALL_HOUR = /^\d{4}-\d{2}-\d{2}T\d{2}$/;

/** Tells whether the text is an hour of a day that exists. */
export function isWallHour(text: string): boolean {
  if (!WALL_HOUR.test(text)) return false;
  // UTC has every hour of every day that the fleet's wall clock may show.
  const time = new Date(`${text}:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}

/** Adds calendar days. @param day `YYYY-MM-DD` */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) + count * 24 * HOUR_MS).toISOString().slice(0, 10);
}

/** Returns the period from the first hour of one day to the last hour of another. */
export const wholeDays = (first: string, last: string): Period => ({
  from: `${first}T00`,
  to: `${addDays(last, 1)}T00`,
});

/** The days that can be shown. */
export interface DaysOfData {
  /** The days with data, ascending, at least one. */
  readonly days: readonly string[];
  /** How far the data reaches according to the job, which disregards days that only wrong clocks have produced. */
  readonly first: string;
  readonly last: string;
}

/** Tells whether receivers without satellites report that day, judged by today. */
const isOfDeadClock = (day: string, today: string): boolean =>
  isDeadClock(Date.parse(day), Date.parse(today));

/**
 * Returns the periods to choose with one click; the first one is shown initially. None reaches beyond today or is
 * stretched by a wrong clock; if there is no other day, the first is today, which may have no data.
 *
 * @param today on the fleet's wall clock
 */
export function quickRanges(
  { days, first, last }: DaysOfData,
  today: string,
): readonly [QuickRange, ...QuickRange[]] {
  const end = last < today ? last : today;
  const newest = days.findLast((day) => day >= first && day <= end && !isOfDeadClock(day, today)) ?? today;
  return [
    { name: 'Last day of data', period: wholeDays(newest, newest) },
    { name: 'Last 7 days', period: wholeDays(addDays(newest, -6), newest) },
    { name: 'All', period: wholeDays(first < end ? first : end, end) },
  ];
}

/** Returns what is wrong with a period, to tell a person; `null` when nothing is. */
export function periodProblem({ from, to }: Period): string | null {
  if (!isWallHour(from)) return 'Choose a date and an hour to begin with.';
  if (!isWallHour(to)) return 'Choose a date and an hour to end before.';
  if (from === to) return 'The period is empty: it ends where it begins. Choose a later end.';
  if (from > to) return 'The period ends before it begins. Choose a later end or an earlier start.';
  return null;
}

/** Returns which of `days` a period touches, and which hours of each it holds. @param days ascending */
export function daySlices({ from, to }: Period, days: readonly string[]): DaySlice[] {
  const [fromDay, toDay] = [from.slice(0, 10), to.slice(0, 10)];
  const slices: DaySlice[] = [];
  for (const day of days) {
    if (day < fromDay || day > toDay) continue;
    const fromHour = day === fromDay ? Number(from.slice(11)) : 0;
    const toHour = day === toDay ? Number(to.slice(11)) : 24;
    if (toHour > 0) slices.push({ day, fromHour, toHour });
  }
  return slices;
}

/** Formats a period, such as `2017-01-01 08:00 to 2017-01-02 00:00`. */
export const periodText = ({ from, to }: Period): string =>
  `${from.replace('T', ' ')}:00 to ${to.replace('T', ' ')}:00`;
