import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createReportedRecordSchema } from '@drivewatch/contracts';
import { createFleetClock } from './fleet-clock';

/** The vectors as libs/contracts/test-vectors/README.md describes them. */
interface Vectors {
  files: { about: string; zone: string; rows: { time: string; recordedAt: string }[] }[];
  posts: { about: string; zone: string; time: string; arrivedAt: string; recordedAt: string }[];
}
const vectors = JSON.parse(
  readFileSync(join(__dirname, '../../contracts/test-vectors/wall-times.json'), 'utf8'),
) as Vectors;
const isWallTime = ({ time }: { time: string }) => /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(time);

describe(createFleetClock.name, () => {
  it('reads wall times of the zone, to the second', () => {
    const { toEpochMs } = createFleetClock('Asia/Shanghai');
    expect(toEpochMs('2017-01-01 08:00:05')).toBe(Date.UTC(2017, 0, 1, 0, 0, 5));
    expect(toEpochMs('2017-01-01 08:00:59')).toBe(Date.UTC(2017, 0, 1, 0, 0, 59));
  });

  it.each([
    ['2017-02-30 08:00:00'],
    ['2017-13-01 08:00:00'],
    ['2017-01-01 24:30:00'],
    ['2017-01-01 08:60:00'],
    ['2017-01-01 24:00:00'],
    ['2017-01-01 08:00:61'],
  ])('knows no %s', (wallTime) => {
    expect(createFleetClock('UTC').toEpochMs(wallTime)).toBeNull();
  });

  it('writes what it reads, also around a change of the clocks and before 1970', () => {
    const { toEpochMs, toWallTime } = createFleetClock('Europe/Berlin');
    for (const wallTime of [
      '2017-03-26 01:59:59',
      '2017-03-26 03:00:00',
      '2017-10-29 03:00:01',
      '1969-12-31 23:59:58',
    ]) {
      expect(toWallTime(toEpochMs(wallTime) ?? NaN)).toBe(wallTime);
    }
  });

  it('reads an hour that occurs twice as the earlier one, and one that never occurs as after the change', () => {
    const { toEpochMs } = createFleetClock('Europe/Berlin');
    expect(toEpochMs('2017-10-29 02:30:00')).toBe(Date.UTC(2017, 9, 29, 0, 30));
    expect(toEpochMs('2017-03-26 02:30:00')).toBe(Date.UTC(2017, 2, 26, 1, 30));
  });

  it.each(vectors.files.map((file) => [file.about, file] as const))(
    'reads a row of a file in one of its two ways, the first one without a row before it: %s',
    (_, { zone, rows }) => {
      const { toEpochMs } = createFleetClock(zone);
      for (const [index, { time, recordedAt }] of rows.entries()) {
        const recordedAtMs = Date.parse(recordedAt);
        if (!isWallTime({ time })) continue;
        expect(toEpochMs(time, recordedAtMs)).toBe(recordedAtMs);
        if (index === 0) expect(toEpochMs(time)).toBe(recordedAtMs);
      }
    },
  );

  it.each(vectors.posts.filter(isWallTime).map((vector) => [vector.about, vector] as const))(
    'reads what arrives: %s',
    (_, { zone, time, arrivedAt, recordedAt }) => {
      expect(createFleetClock(zone).toEpochMs(time, Date.parse(arrivedAt))).toBe(Date.parse(recordedAt));
    },
  );

  it.each(vectors.posts.map((vector) => [vector.about, vector] as const))(
    'is asked for what a post means, unless that has an offset: %s',
    (_, { zone, time, arrivedAt, recordedAt }) => {
      const schema = createReportedRecordSchema(createFleetClock(zone).toEpochMs, () =>
        Date.parse(arrivedAt),
      );
      const { record } = schema.parse({ driverID: 'd1', Speed: 72, Time: time });
      expect(record.recordedAtMs).toBe(Date.parse(recordedAt));
    },
  );

  it.each([
    ['America/New_York', '2026-11-01 00:59:59', false],
    ['America/New_York', '2026-11-01 01:00:00', true],
    ['America/New_York', '2026-11-01 01:59:59', true],
    ['America/New_York', '2026-11-01 02:00:00', false],
    ['America/New_York', '2026-03-08 02:30:00', false],
    ['Australia/Lord_Howe', '2026-04-05 01:29:59', false],
    ['Australia/Lord_Howe', '2026-04-05 01:30:00', true],
    ['Asia/Shanghai', '2026-11-01 01:30:00', false],
  ])('knows whether in %s %s occurs twice: %s', (zone, wallTime, expected) => {
    expect(createFleetClock(zone).occursTwice(wallTime)).toBe(expected);
  });

  it('refuses a zone that does not exist', () => {
    expect(() => createFleetClock('Mars/Olympus')).toThrow(
      /Unknown time zone "Mars\/Olympus"; use an IANA name/,
    );
  });
});
