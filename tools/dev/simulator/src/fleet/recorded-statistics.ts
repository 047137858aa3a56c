/**
 * What real driving records are like, and the rates that make the simulated ones alike. Every figure was measured on
 * the 79,371 detail records of two days (1 to 3 January 2017) of the public COMP4442 course data set: ten drivers,
 * about 165 hours of driving.
 */
export const RECORDED = {
  /**
   * Every ten seconds there is a row of 8 fields, which makes up three rows in four (59,635). The others, with 19
   * fields, each report an event.
   */
  beatSeconds: 10,
  eventRowShare: 0.249,
  /** The share of all rows that carry the flag. Between drivers they differ by a tenth of the value at most. */
  share: {
    overspeed: 0.0704,
    overspeedFinished: 0.0704,
    neutralSlide: 0.0071,
    neutralSlideFinished: 0.0071,
    fatigueDriving: 0.0829,
    rapidSpeedup: 0.0077,
    rapidSlowdown: 0.0076,
    throttleStop: 0.008,
    oilLeak: 0.0078,
  },
  /**
   * Whole seconds from a start to its finish, which is a row of its own: 18 % are 0 (the same second), the quartiles are
   * 1, 5 and 14, the 99th percentile is 55. Neutral slides last as long (mean 9.5 s, at most 90 s).
   */
  overspeedSeconds: { mean: 9.8, max: 123 },
  neutralSlideSeconds: { mean: 9.5, max: 90 },
  /**
   * Between events speeds are 60 to 119, evenly spread; at the start of an overspeeding 120 to 149, at its end exactly
   * 120.
   */
  speedKmh: {
    mean: 96.2,
    cruise: [60, 119],
    overspeedLimit: 120,
    overspeed: [121, 149],
    neutralSlide: [0, 11],
  },
} as const;

/**
 * A Weibull distribution that fits the quantiles of the recorded durations: shape 0.763, scale 8.8 s, rounded down to
 * whole seconds gives 17 % zeros, quartiles of 1, 5 and 13 and a mean of about 9.8.
 */
export const BEHAVIOUR_SECONDS = { shape: 0.763, scale: 8.8 } as const;

const { share, beatSeconds } = RECORDED;
const beatsPerRow = 1 - RECORDED.eventRowShare;
/** Returns how often a second of driving produces a row with the flag, given the flag's share of all rows. */
const perSecond = (shareOfRows: number) => shareOfRows / beatsPerRow / beatSeconds;

/** The share of rows that a start or a finish produces in any case; the other flags may ride on them. */
const boundRows = share.overspeed + share.overspeedFinished + share.neutralSlide + share.neutralSlideFinished;

/** Mean seconds that a driver needs, besides the time that is counted, to get up to a speed and back from it. */
const OVERSPEED_APPROACH_SECONDS = 5;
const NEUTRAL_SLIDE_APPROACH_SECONDS = 10;

const overspeedEverySeconds = 1 / perSecond(share.overspeed);
const neutralSlideEverySeconds = 1 / perSecond(share.neutralSlide);
const busyShare =
  (RECORDED.overspeedSeconds.mean + OVERSPEED_APPROACH_SECONDS) / overspeedEverySeconds +
  (RECORDED.neutralSlideSeconds.mean + NEUTRAL_SLIDE_APPROACH_SECONDS) / neutralSlideEverySeconds;

/** The probability per second of cruising that an overspeeding or a neutral slide begins. */
export const BEGINS_PER_SECOND = {
  overspeed: perSecond(share.overspeed) / (1 - busyShare),
  neutralSlide: perSecond(share.neutralSlide) / (1 - busyShare),
} as const;

/** A behaviour that lasts for a while: it begins with a record and finishes with another. */
export type Behaviour = keyof typeof BEGINS_PER_SECOND;

/** Flags that begin and end within one record. */
export type MomentaryFlag = 'fatigueDriving' | 'rapidSpeedup' | 'rapidSlowdown' | 'throttleStop' | 'oilLeak';

/**
 * Momentary flags, which in the recorded data are independent of everything else: the probability that one rides on a
 * row produced by an overspeeding or a neutral slide is its share of all rows, and the rest of them make rows of their
 * own.
 */
export const MOMENTARY_FLAGS: readonly { flag: MomentaryFlag; onBoundRow: number; perSecond: number }[] = (
  [
    ['fatigueDriving', share.fatigueDriving],
    ['rapidSpeedup', share.rapidSpeedup],
    ['rapidSlowdown', share.rapidSlowdown],
    ['throttleStop', share.throttleStop],
    ['oilLeak', share.oilLeak],
  ] as const
).map(([flag, shareOfRows]) => ({
  flag,
  onBoundRow: shareOfRows,
  perSecond: perSecond(shareOfRows * (1 - boundRows)),
}));
