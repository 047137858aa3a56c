/** How hard and how long the faults of one system strike; what they are is the same. */
export interface Tempo {
  /** Systems side by side, each of which takes its share of the scenarios: most of the time is spent waiting. */
  readonly systems: number;
  /** How long the jobs of a consumer that died are kept from the others. */
  readonly lockSeconds: number;
  /** How often what is killed again and again is killed. */
  readonly rounds: number;
  /** How long an outage lasts that is drawn by chance. */
  readonly outageMs: { readonly min: number; readonly max: number };
  /** Between two records of a device. */
  readonly pauseMs: { readonly min: number; readonly max: number };
}

/** Up to 400 records a second, which leaves a small machine room to recover in. */
export const PAUSE_MS = { min: 5, max: 40 };

/** What the product does by itself. */
export const DEFAULT_LOCK_SECONDS = 10;

export const TEMPOS = {
  /** Some 150 records a second for each system, so that several leave the processor to other tests. */
  short: {
    systems: 2,
    lockSeconds: 2,
    rounds: 2,
    outageMs: { min: 0, max: 1_000 },
    pauseMs: { min: 20, max: 120 },
  },
  all: {
    systems: 1,
    lockSeconds: DEFAULT_LOCK_SECONDS,
    rounds: 3,
    outageMs: { min: 0, max: 3_000 },
    pauseMs: PAUSE_MS,
  },
} as const satisfies Record<string, Tempo>;
