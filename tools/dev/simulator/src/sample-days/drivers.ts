import type { DrivingStyle } from '../fleet/driving-style';

/** A driver of the sample days; the name follows from the number, as in the live fleet. */
export interface SampleDriver {
  readonly style: DrivingStyle;
  /** Start of a working day, in hours since midnight, and its length. The driver begins up to half an hour later. */
  readonly beginsHour: number;
  readonly lastsHours: number;
  /** Days off; 0 is the first of the sample days. */
  readonly daysOff: readonly number[];
}

/** Multiples of the recorded rates: events when changing speed, signs of tiredness, defects of the vehicle. */
interface Rates {
  readonly overspeed: number;
  readonly neutralSlide: number;
  readonly harsh: number;
  readonly fatigue: number;
  readonly defects: number;
}

const styled = ({ overspeed, neutralSlide, harsh, fatigue, defects }: Rates): DrivingStyle => ({
  overspeed,
  neutralSlide,
  rapidSpeedup: harsh,
  rapidSlowdown: harsh,
  fatigueDriving: fatigue,
  throttleStop: defects,
  oilLeak: defects,
});

/**
 * Ten drivers who differ, so that the Summary page has something to compare: recorded drivers are all alike, and would
 * get about the same score. Each of the first six has a tendency of its own.
 */
export const SAMPLE_DRIVERS: readonly SampleDriver[] = [
  // Drives calmly.
  {
    style: styled({ overspeed: 0.05, neutralSlide: 0.05, harsh: 0.1, fatigue: 0.04, defects: 0.2 }),
    beginsHour: 6,
    lastsHours: 8,
    daysOff: [],
  },
  // Drives fast, but attentively otherwise.
  {
    style: styled({ overspeed: 1.6, neutralSlide: 0.1, harsh: 0.6, fatigue: 0.1, defects: 0.3 }),
    beginsHour: 7,
    lastsHours: 8,
    daysOff: [],
  },
  // Accelerates and brakes hard.
  {
    style: styled({ overspeed: 0.4, neutralSlide: 0.2, harsh: 3, fatigue: 0.15, defects: 0.5 }),
    beginsHour: 8,
    lastsHours: 7,
    daysOff: [1],
  },
  // Saves fuel by rolling in neutral.
  {
    style: styled({ overspeed: 0.1, neutralSlide: 4, harsh: 0.2, fatigue: 0.1, defects: 0.2 }),
    beginsHour: 5,
    lastsHours: 7,
    daysOff: [],
  },
  // Is tired from late shifts.
  {
    style: styled({ overspeed: 0.3, neutralSlide: 0.3, harsh: 0.4, fatigue: 1.8, defects: 0.3 }),
    beginsHour: 15,
    lastsHours: 8,
    daysOff: [],
  },
  // Drives a vehicle that needs repair.
  {
    style: styled({ overspeed: 0.2, neutralSlide: 0.2, harsh: 0.3, fatigue: 0.2, defects: 5 }),
    beginsHour: 9,
    lastsHours: 6,
    daysOff: [2],
  },
  // Drives as the recorded drivers do, in everything.
  {
    style: styled({ overspeed: 1, neutralSlide: 1, harsh: 1, fatigue: 1, defects: 1 }),
    beginsHour: 6,
    lastsHours: 7,
    daysOff: [],
  },
  // This driver and the following ones are in between.
  {
    style: styled({ overspeed: 0.5, neutralSlide: 0.4, harsh: 0.5, fatigue: 0.3, defects: 0.4 }),
    beginsHour: 10,
    lastsHours: 7,
    daysOff: [0],
  },
  {
    style: styled({ overspeed: 0.3, neutralSlide: 0.1, harsh: 0.2, fatigue: 0.12, defects: 0.1 }),
    beginsHour: 12,
    lastsHours: 5,
    daysOff: [],
  },
  {
    style: styled({ overspeed: 0.9, neutralSlide: 0.7, harsh: 1.2, fatigue: 0.5, defects: 0.8 }),
    beginsHour: 7,
    lastsHours: 6,
    daysOff: [],
  },
];
