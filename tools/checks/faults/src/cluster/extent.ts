import { type Tempo, TEMPOS } from '../tempo';

/** The quantities of everything, in `npm test` and in the long run. */
export interface Extent {
  readonly pages: number;
  readonly openAlerts: number;
  /** How long a killed API stays away. */
  readonly awaySeconds: number;
  /** How long an API stays without Redis, at least. */
  readonly cutSeconds: number;
  /** How often an API is killed while drivers start or stop speeding. */
  readonly alertRounds: number;
  readonly tempo: Pick<Tempo, 'lockSeconds' | 'pauseMs' | 'enoughRecords'>;
}
export const EXTENTS = {
  short: {
    pages: 8,
    openAlerts: 50,
    awaySeconds: 1,
    cutSeconds: 0,
    alertRounds: 3,
    tempo: { ...TEMPOS.short, pauseMs: { min: 200, max: 800 } },
  },
  cluster: {
    pages: 200,
    openAlerts: 1_000,
    awaySeconds: 2,
    cutSeconds: 20,
    alertRounds: 14,
    tempo: TEMPOS.all,
  },
} as const satisfies Record<string, Extent>;
