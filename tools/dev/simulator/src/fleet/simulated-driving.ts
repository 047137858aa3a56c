import { createWireRecordSchema, type SubmittedRecord } from '@drivewatch/contracts';
import type { SimulatedRecord } from './driver';
import { Fleet } from './fleet';
import { RECORDED } from './recorded-statistics';
import { METRES_PER_DEGREE } from './route';

export const START = 1_750_000_000;

/** Returns everything that a fleet sends in that many hours. */
export function drive(hours: number, { seed = 1, drivers = 10 } = {}): SimulatedRecord[] {
  const fleet = new Fleet({ drivers, seed });
  const records: SimulatedRecord[] = [];
  for (let second = START; second < START + hours * 3600; second += 1) {
    for (const record of fleet.advance(second)) records.push(record);
  }
  return [...records, ...fleet.finish()];
}

/** Returns the speed of a simulated record, which always has one. */
const speedOf = ({ speedKmh }: SubmittedRecord): number => speedKmh ?? NaN;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const quantile = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))];

/**
 * Tests that simulated driving looks like the recorded driving that its statistics come from.
 *
 * @param driverHours hours of ten drivers together; the more, the closer the shares come to the real ones
 */
export function describeDriving(driverHours: number): void {
  describe(`${driverHours} hours of simulated driving`, () => {
    let records: SimulatedRecord[];
    let parsed: SubmittedRecord[];
    beforeAll(() => {
      records = drive(driverHours / 10);
      const schema = createWireRecordSchema(() => null);
      parsed = records.map(({ fields, atMs }) =>
        schema.parse({ ...fields, Time: new Date(atMs).toISOString() }),
      );
    });

    it('are records that the API accepts, in chronological order', () => {
      expect(parsed.length).toBeGreaterThan(driverHours * 300);
      const inOrder = parsed.every(
        (record, index) => record.recordedAtMs >= (parsed[index - 1]?.recordedAtMs ?? 0),
      );
      expect(inOrder).toBe(true);
    });

    it.each([
      ['overspeed', 0.0704],
      ['overspeedFinished', 0.0704],
      ['neutralSlide', 0.0071],
      ['neutralSlideFinished', 0.0071],
      ['fatigueDriving', 0.0829],
      ['rapidSpeedup', 0.0077],
      ['rapidSlowdown', 0.0076],
      ['throttleStop', 0.008],
      ['oilLeak', 0.0078],
    ] as const)('show %s in as many of the records as real ones: %d', (flag, recordedShare) => {
      const share = parsed.filter((record) => record[flag]).length / parsed.length;
      // A tenth is three standard deviations of 500 events, for the rare flags.
      expect(Math.abs(share / recordedShare - 1)).toBeLessThan(recordedShare > 0.05 ? 0.05 : 0.15);
    });

    it('have as many rows for events as real ones: 24.9 %', () => {
      const events = records.filter(({ fields }) =>
        Object.keys(fields).some((name) => name.startsWith('is')),
      );
      expect(events.length / records.length).toBeCloseTo(0.249, 1);
      expect(Math.abs(events.length / records.length - 0.249)).toBeLessThan(0.015);
    });

    it('let overspeedings and neutral slides last as long as real ones', () => {
      const overspeeds = parsed
        .filter((record) => record.overspeedFinished)
        .map((record) => record.overspeedSeconds);
      const slides = parsed
        .filter((record) => record.neutralSlideFinished)
        .map((record) => record.neutralSlideSeconds);
      expect(Math.abs(mean(overspeeds) - 9.8)).toBeLessThan(0.8);
      expect([0.25, 0.5].map((share) => quantile(overspeeds, share))).toEqual([1, 5]);
      expect(overspeeds.filter((seconds) => seconds === 0).length / overspeeds.length).toBeCloseTo(0.18, 1);
      expect(Math.max(...overspeeds)).toBeLessThanOrEqual(RECORDED.overspeedSeconds.max);
      expect(Math.abs(mean(slides) - 9.5)).toBeLessThan(2);
    });

    it('go as fast as real ones: 96 km/h on average, 120 to 149 when speeding, at most 11 when sliding', () => {
      expect(Math.abs(mean(parsed.map(speedOf)) - 96.2)).toBeLessThan(4);
      const starts = parsed.filter((record) => record.overspeed).map(speedOf);
      expect(Math.min(...starts)).toBeGreaterThanOrEqual(120);
      expect(Math.max(...starts)).toBeLessThanOrEqual(149);
      const ends = parsed.filter((record) => record.overspeedFinished).map(speedOf);
      expect(new Set(ends)).toEqual(new Set([120]));
      const slides = parsed.filter((record) => record.neutralSlide).map(speedOf);
      expect(Math.max(...slides)).toBeLessThanOrEqual(11);
    });

    it('end every overspeeding and every slide that they begin, saying how long it was', () => {
      // Thousands of single expectations would take longer than the driving.
      const wrong: SubmittedRecord[] = [];
      for (const driver of Map.groupBy(parsed, ({ driverId }) => driverId).values()) {
        let overspeedSinceMs: number | undefined;
        let slideSinceMs: number | undefined;
        for (const record of driver) {
          if (record.overspeedFinished) {
            if (record.recordedAtMs - (overspeedSinceMs ?? NaN) !== record.overspeedSeconds * 1000)
              wrong.push(record);
            overspeedSinceMs = undefined;
          }
          if (record.neutralSlideFinished) {
            if (record.recordedAtMs - (slideSinceMs ?? NaN) !== record.neutralSlideSeconds * 1000)
              wrong.push(record);
            slideSinceMs = undefined;
          }
          if (record.overspeed) {
            if (overspeedSinceMs !== undefined) wrong.push(record);
            overspeedSinceMs = record.recordedAtMs;
          }
          if (record.neutralSlide) {
            if (slideSinceMs !== undefined) wrong.push(record);
            slideSinceMs = record.recordedAtMs;
          }
        }
        expect([overspeedSinceMs, slideSinceMs]).toEqual([undefined, undefined]);
      }
      expect(wrong).toEqual([]);
    });

    it('rest now and then, and arrive with a standing car', () => {
      const arrivals = parsed.filter(({ siteName }) => siteName !== '');
      expect(arrivals.length).toBeGreaterThan(driverHours / 10);
      expect(new Set(arrivals.map(({ speedKmh }) => speedKmh))).toEqual(new Set([0]));
      for (const driver of Map.groupBy(parsed, ({ driverId }) => driverId).values()) {
        const restedMs = driver
          .slice(1)
          .map((record, index) => record.recordedAtMs - (driver[index]?.recordedAtMs ?? 0))
          .filter((gapMs) => gapMs > 11_000);
        expect(restedMs.length).toBeGreaterThan(0);
        expect(Math.min(...restedMs)).toBeGreaterThanOrEqual(15 * 60_000);
        expect(Math.max(...restedMs)).toBeLessThanOrEqual(46 * 60_000);
      }
    });

    it('move as far as their speeds say, where their headings point', () => {
      let drivenMetres = 0;
      let expectedMetres = 0;
      let offCourse = 0;
      let steps = 0;
      for (const driver of Map.groupBy(parsed, ({ driverId }) => driverId).values()) {
        driver.slice(1).forEach((to, index) => {
          const from = driver[index];
          const seconds = from === undefined ? 0 : (to.recordedAtMs - from.recordedAtMs) / 1000;
          if (from === undefined || seconds < 1 || seconds > 10) return;
          const { metres, bearingDeg } = moved(from, to);
          drivenMetres += metres;
          expectedMetres += (((speedOf(from) + speedOf(to)) / 2) * seconds) / 3.6;
          if (metres < 50) return;
          steps += 1;
          const turned = Math.abs(((bearingDeg - (to.headingDeg ?? 0) + 540) % 360) - 180);
          if (turned > 25) offCourse += 1;
        });
      }
      expect(Math.abs(drivenMetres / expectedMetres - 1)).toBeLessThan(0.03);
      // Between a few of the records there is a bend of up to 4 degrees a second.
      expect(offCourse / steps).toBeLessThan(0.02);
    });
  });
}

function moved(from: SubmittedRecord, to: SubmittedRecord): { metres: number; bearingDeg: number } {
  const [fromLatitude, toLatitude] = [from.latitudeDeg ?? NaN, to.latitudeDeg ?? NaN];
  const north = (toLatitude - fromLatitude) * METRES_PER_DEGREE;
  const east =
    ((to.longitudeDeg ?? NaN) - (from.longitudeDeg ?? NaN)) *
    METRES_PER_DEGREE *
    Math.cos((fromLatitude * Math.PI) / 180);
  return { metres: Math.hypot(north, east), bearingDeg: (Math.atan2(east, north) * 180) / Math.PI };
}
