import type { Behaviour, MomentaryFlag } from './recorded-statistics';

/**
 * How often a driver does the things that are counted, as multiples of the recorded rates (see recorded-statistics.ts).
 */
export type DrivingStyle = Readonly<Record<Behaviour | MomentaryFlag, number>>;

/** The style of the recorded drivers, who differ by a tenth at most. */
export const AS_RECORDED: DrivingStyle = {
  overspeed: 1,
  neutralSlide: 1,
  isRapidlySpeedup: 1,
  isRapidlySlowdown: 1,
  isFatigueDriving: 1,
  isHthrottleStop: 1,
  isOilLeak: 1,
};
