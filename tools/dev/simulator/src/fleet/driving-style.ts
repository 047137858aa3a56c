import type { Behaviour, MomentaryFlag } from './recorded-statistics';

/**
 * How often a driver does the things that are counted, as multiples of the recorded rates (see recorded-statistics.ts).
 */
export type DrivingStyle = Readonly<Record<Behaviour | MomentaryFlag, number>>;

/** The style of the recorded drivers, who differ by a tenth at most. */
export const AS_RECORDED: DrivingStyle = {
  overspeed: 1,
  neutralSlide: 1,
  rapidSpeedup: 1,
  rapidSlowdown: 1,
  fatigueDriving: 1,
  throttleStop: 1,
  oilLeak: 1,
};
