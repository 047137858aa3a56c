/**
 * The driver score of the Summary page, the one place where its weights are.
 *
 *     score = 100 − Σ weight × events per 100 km − weight × % of driving time overspeeding
 *
 * with a floor of 0, and no score below {@link MIN_SCORED_DISTANCE_KM}. The form is that of two published scorecards:
 *
 * - Samsara, "Safety Score Categories and Calculation"
 *   (https://kb.samsara.com/hc/en-us/articles/360045237852-Safety-Score-Categories-and-Calculation): 100 minus the sum of
 *   all impacts, where events count per distance and speeding counts as a share of driving time, each times a weight.
 *   Its earlier version, "How is the Safety Score calculated?"
 *   (https://kb.samsara.com/hc/en-us/articles/115001947714-How-is-the-Safety-Score-calculated-), takes off 1 per harsh
 *   event and 1 per percent of driving time.
 * - Geotab, "Driver Safety Scorecard User Guide" (https://support.geotab.com/en-GB/mygeotab/doc/safety-scorecard): 0 to
 *   100 with a weight per rule, the same for hard acceleration and harsh braking.
 *
 * The weights themselves are Drivewatch's: Samsara counts per 1000 miles, and the records know other events.
 */
export const DRIVER_SCORE_WEIGHTS = {
  /** Points per event per 100 km. The published scorecards weigh these two alike, and lightest of all. */
  rapidSpeedups: 1,
  rapidSlowdowns: 1,
  /** The engine cannot slow down a vehicle in neutral, so this weighs as much as a harsh event. */
  neutralSlides: 1,
  /** This wears the engine but endangers nobody. */
  throttleStops: 0.5,
  /** A tired driver is flagged in record after record, so each record counts less than an event that happens once. */
  fatigueRecords: 0.5,
  /** Points per percent of driving time. Overspeeding counts by its duration only, not also by its number of spells. */
  overspeedShare: 1,
} as const;
export type DriverScoreTerm = keyof typeof DRIVER_SCORE_WEIGHTS;

/** Below this distance, a single event would decide the score; km. */
export const MIN_SCORED_DISTANCE_KM = 50;

type ScoredEvent = Exclude<DriverScoreTerm, 'overspeedShare'>;
const SCORED_EVENTS: readonly ScoredEvent[] = [
  'rapidSpeedups',
  'rapidSlowdowns',
  'neutralSlides',
  'throttleStops',
  'fatigueRecords',
];

/** The part of a driver's totals in a period that the score needs. */
export interface ScoredDriving extends Readonly<Record<ScoredEvent, number>> {
  readonly distanceKm: number;
  readonly drivingSeconds: number;
  readonly overspeedSeconds: number;
}

/** What one term takes off a score. */
export interface DriverScorePart {
  readonly term: DriverScoreTerm;
  /** How many events, or for `overspeedShare` how many seconds. */
  readonly amount: number;
  /** Events per 100 km, or percent of driving time (0 to 100). */
  readonly rate: number;
  readonly weight: number;
  /** The product `weight × rate`. */
  readonly points: number;
}

export interface DriverScore {
  /** The score from 0 (worst) to 100, not rounded. */
  readonly score: number;
  readonly parts: readonly DriverScorePart[];
}

/** Scores a driver; returns `null` when the distance is too short. */
export function scoreDriver(driving: ScoredDriving): DriverScore | null {
  const { distanceKm } = driving;
  if (distanceKm < MIN_SCORED_DISTANCE_KM) return null;
  const parts = [
    ...SCORED_EVENTS.map((term) => partOf(term, driving[term], (driving[term] * 100) / distanceKm)),
    partOf('overspeedShare', driving.overspeedSeconds, overspeedPercent(driving)),
  ];
  const lost = parts.reduce((sum, { points }) => sum + points, 0);
  return { score: Math.max(0, 100 - lost), parts };
}

function partOf(term: DriverScoreTerm, amount: number, rate: number): DriverScorePart {
  const weight = DRIVER_SCORE_WEIGHTS[term];
  return { term, amount, rate, weight, points: weight * rate };
}

/** Devices time overspeeding themselves, so its sum may exceed the driving time between records. */
function overspeedPercent({ overspeedSeconds, drivingSeconds }: ScoredDriving): number {
  if (overspeedSeconds === 0) return 0;
  return Math.min(100, (overspeedSeconds / drivingSeconds) * 100);
}
