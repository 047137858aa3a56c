/** How hard and how long the faults of one system strike; the faults themselves are the same. */
export interface Tempo {
  /** How many consumers the system begins with; scenarios that need one more start it. */
  readonly consumers: number;
  /** How long the jobs of a dead consumer are kept from the others. */
  readonly lockSeconds: number;
  /** How often scenarios with repeated kills kill. */
  readonly rounds: number;
  /** How long a randomly drawn outage lasts. */
  readonly outageMs: { readonly min: number; readonly max: number };
  /** The pause between two records of a device. */
  readonly pauseMs: { readonly min: number; readonly max: number };
  /** How many more records have to be acknowledged before they are said to flow. */
  readonly enoughRecords: number;
}

/** Up to 400 records a second, which leaves a small machine room to recover. */
export const PAUSE_MS = { min: 5, max: 40 };

/** The product's own default. */
export const DEFAULT_LOCK_SECONDS = 10;

export const TEMPOS = {
  /** Some 80 records a second, which leave the processor to other tests. */
  short: {
    consumers: 1,
    lockSeconds: 2,
    rounds: 1,
    outageMs: { min: 0, max: 500 },
    pauseMs: { min: 60, max: 240 },
    enoughRecords: 20,
  },
  all: {
    consumers: 2,
    lockSeconds: DEFAULT_LOCK_SECONDS,
    rounds: 3,
    outageMs: { min: 0, max: 3_000 },
    pauseMs: PAUSE_MS,
    enoughRecords: 50,
  },
} as const satisfies Record<string, Tempo>;
