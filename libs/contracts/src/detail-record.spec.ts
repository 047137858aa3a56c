import { detailRowToLine, detailRowToWireRecord, recordToDetailRow } from './detail-record';
import { createWireRecordSchema, type SubmittedRecord } from './wire-record';

const HOUR_MS = 3_600_000;
/**
 * The instant, 01:00 UTC on this day, at which the stand-in zone's clocks go back from 03:00 to 02:00, as Berlin's do.
 */
const CHANGE_MS = Date.UTC(2017, 9, 29, 1);

const utcText = (epochMs: number) => new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ');
const clock = {
  toWallTime: (epochMs: number) => utcText(epochMs + (epochMs < CHANGE_MS ? 2 : 1) * HOUR_MS),
  toEpochMs: (wallTime: string) => {
    const asUtcMs = Date.parse(`${wallTime.replace(' ', 'T')}Z`);
    return asUtcMs - 2 * HOUR_MS < CHANGE_MS ? asUtcMs - 2 * HOUR_MS : asUtcMs - HOUR_MS;
  },
  occursTwice: (wallTime: string) => wallTime.startsWith('2017-10-29 02'),
};
const schema = createWireRecordSchema(clock.toEpochMs);

const quiet: SubmittedRecord = {
  driverId: 'likun1000003',
  plateNumber: '华AVM936',
  latitudeDeg: 32.056444,
  longitudeDeg: 118.777589,
  speedKmh: 72,
  headingDeg: 211,
  siteName: '',
  recordedAtMs: Date.UTC(2017, 6, 1, 6, 0, 5),
  rapidSpeedup: false,
  rapidSlowdown: false,
  neutralSlide: false,
  neutralSlideFinished: false,
  neutralSlideSeconds: 0,
  overspeed: false,
  overspeedFinished: false,
  overspeedSeconds: 0,
  fatigueDriving: false,
  throttleStop: false,
  oilLeak: false,
};
const lineOf = (fields: Partial<SubmittedRecord>) =>
  detailRowToLine(recordToDetailRow({ ...quiet, ...fields }, clock));
const timeOf = (recordedAtMs: number) => recordToDetailRow({ ...quiet, recordedAtMs }, clock)[7];

describe(recordToDetailRow.name, () => {
  it('writes 19 fields also for a record in which nothing happened', () => {
    expect(lineOf({})).toBe(
      'likun1000003,华AVM936,32.056444,118.777589,72,211,,2017-07-01 08:00:05,,,,,,,,,,,\n',
    );
  });

  it('writes each flag and duration into its own column', () => {
    const all = {
      rapidSpeedup: true,
      rapidSlowdown: true,
      neutralSlide: true,
      neutralSlideFinished: true,
      neutralSlideSeconds: 12.5,
      overspeed: true,
      overspeedFinished: true,
      overspeedSeconds: 103,
      fatigueDriving: true,
      throttleStop: true,
      oilLeak: true,
    };
    expect(lineOf(all)).toMatch(/05,1,1,1,1,12\.5,1,1,103,1,1,1\n$/);
    for (const [index, flag] of (
      [
        'rapidSpeedup',
        'rapidSlowdown',
        'neutralSlide',
        'neutralSlideFinished',
        '',
        'overspeed',
        'overspeedFinished',
        '',
        'fatigueDriving',
        'throttleStop',
        'oilLeak',
      ] as const
    ).entries()) {
      if (flag === '') continue;
      const fields = recordToDetailRow({ ...quiet, [flag]: true }, clock);
      expect(fields.map((field, column) => (field === '1' ? column : -1)).filter((c) => c >= 8)).toEqual([
        index + 8,
      ]);
    }
  });

  it('says how long a behaviour lasted when it ended, also when that is 0 seconds', () => {
    expect(lineOf({ overspeedFinished: true })).toMatch(/05,,,,,,,1,0,,,\n$/);
    expect(lineOf({ neutralSlideSeconds: 3 })).toMatch(/05,,,,,3,,,,,,\n$/);
  });

  it('leaves a missing position and heading empty', () => {
    expect(lineOf({ latitudeDeg: null, longitudeDeg: null, headingDeg: null })).toMatch(
      /^[^,]+,[^,]+,,,72,,,2017/,
    );
  });

  it('puts text with commas and quotes in quotes', () => {
    expect(lineOf({ siteName: 'Gate 3, "north"' })).toContain(',"Gate 3, ""north""",');
  });

  it('writes wall time where it means one instant, and the offset where it does not', () => {
    expect(timeOf(CHANGE_MS - HOUR_MS - 1000)).toBe('2017-10-29 01:59:59');
    expect(timeOf(CHANGE_MS - HOUR_MS)).toBe('2017-10-29T02:00:00+02:00');
    expect(timeOf(CHANGE_MS - 1000)).toBe('2017-10-29T02:59:59+02:00');
    expect(timeOf(CHANGE_MS)).toBe('2017-10-29T02:00:00+01:00');
    expect(timeOf(CHANGE_MS + HOUR_MS - 1000)).toBe('2017-10-29T02:59:59+01:00');
    expect(timeOf(CHANGE_MS + HOUR_MS)).toBe('2017-10-29 03:00:00');
    expect(timeOf(CHANGE_MS - 1)).toBe('2017-10-29T02:59:59.999+02:00');
  });

  it('writes offsets west of Greenwich and of half hours', () => {
    const newfoundland = {
      toWallTime: (epochMs: number) => utcText(epochMs - 3.5 * HOUR_MS),
      toEpochMs: (wallTime: string) => Date.parse(`${wallTime.replace(' ', 'T')}Z`) + 3.5 * HOUR_MS,
      occursTwice: () => false,
    };
    const [, , , , , , , time] = recordToDetailRow(
      { ...quiet, recordedAtMs: Date.UTC(2017, 0, 1, 2, 0, 0, 5) },
      newfoundland,
    );
    expect(time).toBe('2016-12-31T22:30:00.005-03:30');
  });

  it.each<[string, Partial<SubmittedRecord>]>([
    ['nothing happened', {}],
    [
      'everything happened',
      { rapidSpeedup: true, oilLeak: true, overspeedFinished: true, overspeedSeconds: 0.1 },
    ],
    ['no position', { latitudeDeg: null, longitudeDeg: null, headingDeg: null }],
    [
      'small and awkward numbers',
      { latitudeDeg: -0.0000001, longitudeDeg: 0.1 + 0.2, speedKmh: 0, headingDeg: 360 },
    ],
    ['text with commas and quotes', { plateNumber: 'A,1', siteName: '"x", y\\' }],
    ['the first pass of the repeated hour', { recordedAtMs: CHANGE_MS - 1_800_000 }],
    ['the second pass of the repeated hour', { recordedAtMs: CHANGE_MS + 1_800_000 }],
    ['no speed', { speedKmh: null, fatigueDriving: true }],
    ['names with marks', { driverId: 'สมศรี', plateNumber: 'กข 123', siteName: 'राम कुमार' }],
    ['milliseconds', { recordedAtMs: 7 }],
  ])('is read back to the same record: %s', (_, fields) => {
    const record = { ...quiet, ...fields };
    const wire = detailRowToWireRecord(recordToDetailRow(record, clock));
    expect(schema.parse(wire)).toEqual(record);
  });
});
