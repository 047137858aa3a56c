import { createWireRecordSchema, detailRowToWireRecord, type SubmittedRecord } from '@drivewatch/contracts';
import { SAMPLE_DAYS, sampleFiles, type SampleFile } from './sample-days';

/** Everything is computed as if wall times were UTC. */
const schema = createWireRecordSchema((wallTime) => Date.parse(`${wallTime.replace(' ', 'T')}Z`));
const parsed = (file: SampleFile): SubmittedRecord[] =>
  file.text
    .trimEnd()
    .split('\n')
    .map((line) => schema.parse(detailRowToWireRecord(line.split(','))));

describe('the sample days', () => {
  let files: SampleFile[];
  let recordsOfFiles: SubmittedRecord[][];
  let records: SubmittedRecord[];
  let byDriver: [string, SubmittedRecord[]][];
  beforeAll(() => {
    files = sampleFiles();
    recordsOfFiles = files.map(parsed);
    records = recordsOfFiles.flat();
    byDriver = [...Map.groupBy(records, ({ driverId }) => driverId)];
  });

  it('are the same every time', () => {
    expect(sampleFiles(1)).toEqual(files.slice(0, 1));
  });

  it('are three files with the records of one day each, in chronological order', () => {
    expect(files.map(({ name }) => name)).toEqual(SAMPLE_DAYS.map((day) => `sample-${day}.csv`));
    files.forEach((file, index) => {
      const times = (recordsOfFiles[index] ?? []).map(({ recordedAtMs }) => recordedAtMs);
      expect(file.records).toBe(times.length);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      const days = new Set(times.map((ms) => new Date(ms).toISOString().slice(0, 10)));
      expect([...days]).toEqual([SAMPLE_DAYS[index]]);
    });
  });

  it('are a few megabytes', () => {
    const bytes = files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
    expect(bytes).toBeGreaterThan(3e6);
    expect(bytes).toBeLessThan(8e6);
  });

  it('have wall times that every time zone has exactly once', () => {
    const offsetsOf = (timeZone: string) => {
      const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset', hour: 'numeric' });
      const nameAt = (instant: string) =>
        format.formatToParts(new Date(instant)).find(({ type }) => type === 'timeZoneName')?.value;
      return [nameAt(`${SAMPLE_DAYS[0]}T00:00:00-14:00`), nameAt(`${SAMPLE_DAYS[2]}T23:59:59+14:00`)];
    };
    const changing = Intl.supportedValuesOf('timeZone').filter((zone) => new Set(offsetsOf(zone)).size > 1);
    expect(changing).toEqual([]);
  });

  it('have ten drivers who drive far enough for a score, rest in between and sleep at night', () => {
    expect(byDriver.length).toBe(10);
    for (const [, driven] of byDriver) {
      const gapsMs = driven
        .slice(1)
        .map((record, index) => record.recordedAtMs - (driven[index]?.recordedAtMs ?? 0));
      const drivingMs = gapsMs.filter((gap) => gap <= 60_000).reduce((sum, gap) => sum + gap, 0);
      expect(drivingMs / 3_600_000).toBeGreaterThan(5);
      expect(gapsMs.some((gap) => gap > 15 * 60_000 && gap < 60 * 60_000)).toBe(true);
      expect(gapsMs.some((gap) => gap > 8 * 3_600_000)).toBe(true);
    }
  });

  it('have drivers who differ: each kind of event comes ten times as often with one as with another', () => {
    const kinds = ['overspeedSeconds', 'neutralSlide', 'rapidSpeedup', 'fatigueDriving', 'oilLeak'] as const;
    for (const kind of kinds) {
      const rates = byDriver.map(
        ([, driven]) => driven.reduce((sum, record) => sum + Number(record[kind]), 0) / driven.length,
      );
      expect(Math.max(...rates)).toBeGreaterThan(10 * Math.min(...rates));
      expect(Math.max(...rates)).toBeGreaterThan(0);
    }
  });

  it('end every overspeeding that they begin', () => {
    const count = (flag: 'overspeed' | 'overspeedFinished') =>
      records.filter((record) => record[flag]).length;
    expect(count('overspeed')).toBe(count('overspeedFinished'));
    expect(count('overspeed')).toBeGreaterThan(500);
  });
});
