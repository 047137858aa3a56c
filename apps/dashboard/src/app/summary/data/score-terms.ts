import { DRIVER_SCORE_WEIGHTS, type DriverScoreTerm } from './driver-score';

const NAMES: Readonly<Record<DriverScoreTerm, string>> = {
  rapidSpeedups: 'Rapid speed-ups',
  rapidSlowdowns: 'Rapid slow-downs',
  neutralSlides: 'Neutral slides',
  throttleStops: 'Throttle stops',
  fatigueRecords: 'Fatigue behaviours',
  overspeedShare: 'Driving time overspeeding',
};

export const termName = (term: DriverScoreTerm): string => NAMES[term];

/** Returns the unit that a term's weight is multiplied by. */
export const termUnit = (term: DriverScoreTerm): string => (term === 'overspeedShare' ? '%' : 'per 100 km');

/** The terms of the score, in order, with their weights. */
export const SCORE_TERMS = Object.entries(DRIVER_SCORE_WEIGHTS).map(([term, weight]) => ({
  name: termName(term as DriverScoreTerm),
  unit: termUnit(term as DriverScoreTerm),
  weight,
}));
