import { scoreDriver, type ScoredDriving } from './driver-score';

const calm: ScoredDriving = {
  rapidSpeedups: 0,
  rapidSlowdowns: 0,
  neutralSlides: 0,
  throttleStops: 0,
  fatigueRecords: 0,
  distanceKm: 200,
  drivingSeconds: 10_000,
  overspeedSeconds: 0,
};

describe(scoreDriver.name, () => {
  it('takes off weighted events per 100 km and the percentage of driving time overspeeding', () => {
    const result = scoreDriver({
      rapidSpeedups: 4, // 2 per 100 km, 2 points
      rapidSlowdowns: 2, // 1 point
      neutralSlides: 6, // 3 points
      throttleStops: 8, // 4 per 100 km, 2 points
      fatigueRecords: 40, // 20 per 100 km, 10 points
      distanceKm: 200,
      drivingSeconds: 10_000,
      overspeedSeconds: 750, // 7.5 %, 7.5 points
    });
    expect(result?.score).toBe(74.5);
    expect(result?.parts).toEqual([
      { term: 'rapidSpeedups', amount: 4, rate: 2, weight: 1, points: 2 },
      { term: 'rapidSlowdowns', amount: 2, rate: 1, weight: 1, points: 1 },
      { term: 'neutralSlides', amount: 6, rate: 3, weight: 1, points: 3 },
      { term: 'throttleStops', amount: 8, rate: 4, weight: 0.5, points: 2 },
      { term: 'fatigueRecords', amount: 40, rate: 20, weight: 0.5, points: 10 },
      { term: 'overspeedShare', amount: 750, rate: 7.5, weight: 1, points: 7.5 },
    ]);
  });

  it('gives 100 to a driver without events', () => {
    expect(scoreDriver(calm)?.score).toBe(100);
  });

  it('never goes below 0', () => {
    expect(scoreDriver({ ...calm, rapidSpeedups: 1_000 })?.score).toBe(0);
  });

  it('gives no score under 50 km', () => {
    expect(scoreDriver({ ...calm, distanceKm: 49.999 })).toBeNull();
    expect(scoreDriver({ ...calm, distanceKm: 50 })?.score).toBe(100);
  });

  it.each([
    ['more than the driving time', 10_000],
    ['more than none', 0],
  ])('counts overspeeding for %s as all of it', (_, drivingSeconds) => {
    const result = scoreDriver({ ...calm, drivingSeconds, overspeedSeconds: 12_000 });
    expect(result?.parts.at(-1)).toMatchObject({ rate: 100, points: 100 });
    expect(result?.score).toBe(0);
  });
});
