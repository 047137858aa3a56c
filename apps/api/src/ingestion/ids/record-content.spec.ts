import { createFleetClock } from '@drivewatch/detail-records';
import { aRecord } from '@drivewatch/contracts/samples';
import { contentOf } from './record-content';

const utc = createFleetClock('UTC');
const record = aRecord({ recordedAtMs: Date.UTC(2017, 0, 1, 0, 0, 5, 250) });

describe(contentOf.name, () => {
  it('is the same forever, in every process', () => {
    // Python's uuid.uuid5 gives this for the JSON below; another value would refuse records sent again across an
    // upgrade.
    // ["2017-01-01 00:00:05",250,"driverId","likun1000003","headingDeg",211,"latitudeDeg",32.056444,
    //  "longitudeDeg",118.777589,"neutralSlideSeconds",0,"overspeedSeconds",0,"plateNumber","华AVM936","speedKmh",72]
    expect(contentOf(record, utc)).toBe('5d6f9802-6eb4-5c2f-ae3d-3f8073d8b608');
  });

  it('does not depend on the id or the arrival', () => {
    const again = { ...record, ...aRecord({ recordedAtMs: record.recordedAtMs, receivedAtMs: 1 }) };
    expect(contentOf(again, utc)).toBe(contentOf(record, utc));
  });

  it.each([
    ['driverId', 'likun1000004'],
    ['plateNumber', '华AVM937'],
    ['latitudeDeg', null],
    ['longitudeDeg', 118.77759],
    ['speedKmh', 0],
    ['speedKmh', null],
    ['headingDeg', 0],
    ['siteName', '广东省'],
    ['recordedAtMs', record.recordedAtMs + 1],
    ['recordedAtMs', record.recordedAtMs + 3_600_000],
    ['rapidSpeedup', true],
    ['rapidSlowdown', true],
    ['neutralSlide', true],
    ['neutralSlideFinished', true],
    ['neutralSlideSeconds', 1],
    ['overspeed', true],
    ['overspeedFinished', true],
    ['overspeedSeconds', 1],
    ['fatigueDriving', true],
    ['throttleStop', true],
    ['oilLeak', true],
  ])('is another one with another %s: %s', (field, value) => {
    expect(contentOf({ ...record, [field]: value }, utc)).not.toBe(contentOf(record, utc));
  });

  it('tells apart a speed of 0 and none', () => {
    expect(contentOf({ ...record, speedKmh: 0 }, utc)).not.toBe(
      contentOf({ ...record, speedKmh: null }, utc),
    );
  });

  it('is the same for both readings of a wall time that occurs twice', () => {
    const clock = createFleetClock('Australia/Lord_Howe');
    // The clocks go back by half an hour at 15:00 UTC, from 02:00 to 01:30.
    const [first, second, next] = [14.75, 15.25, 15.5].map((hours) =>
      contentOf({ ...record, recordedAtMs: Date.UTC(2017, 3, 1) + hours * 3_600_000 }, clock),
    );
    expect(second).toBe(first);
    expect(next).not.toBe(first);
  });
});
