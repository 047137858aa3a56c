import { createFleetClock } from '@drivewatch/detail-records';
import type { ArchivedRecord } from '@drivewatch/persistence';
import { aRecord } from '@drivewatch/contracts/samples';
import { RecordFiles } from './record-files';

const clock = createFleetClock('UTC');
/** The length of a line of `aRecord` whose driver ID has one letter. */
const LINE_BYTES = Buffer.byteLength(
  'a,华AVM936,32.056444,118.777589,72,211,,2017-01-01 00:00:05,,,,,,,,,,,\n',
);

const archived = (driverId: string, localDate: string): ArchivedRecord => {
  const record = aRecord({ driverId, recordedAtMs: Date.parse(`${localDate}T00:00:05Z`) });
  return { ...record, localDate };
};
async function* paged(records: readonly ArchivedRecord[], size: number) {
  for (let start = 0; start < records.length; start += size) {
    yield await Promise.resolve(records.slice(start, start + size));
  }
}
/** Returns the drivers in each file, under its day and number. */
async function filesOf(records: readonly ArchivedRecord[], maxBytes = 1_000_000, pageSize = 2) {
  const files = new RecordFiles(paged(records, pageSize), clock, maxBytes);
  const found: Record<string, string> = {};
  for (let file = await files.next(); file !== null; file = await files.next()) {
    const pieces: Uint8Array[] = [];
    for await (const piece of file.body) pieces.push(piece);
    const text = Buffer.concat(pieces).toString();
    const drivers = text.split('\n').map((line) => line.split(',')[0]);
    expect(file.records).toBe(drivers.length - 1);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(Math.max(maxBytes, LINE_BYTES));
    found[`${file.localDate} ${file.numberOfDay}`] = drivers.join('');
  }
  return found;
}
const all = (text: string, localDate: string) =>
  Array.from(text).map((driver) => archived(driver, localDate));

describe(RecordFiles.name, () => {
  it('begins a file for each day', async () => {
    const records = [...all('abc', '2017-01-01'), ...all('d', '2017-01-02'), ...all('ef', '2017-01-04')];
    expect(await filesOf(records)).toEqual({
      '2017-01-01 1': 'abc',
      '2017-01-02 1': 'd',
      '2017-01-04 1': 'ef',
    });
  });

  it('begins another file of the day before a record would make one too large', async () => {
    const records = [...all('abcde', '2017-01-01'), ...all('fg', '2017-01-02')];
    const twoLines = {
      '2017-01-01 1': 'ab',
      '2017-01-01 2': 'cd',
      '2017-01-01 3': 'e',
      '2017-01-02 1': 'fg',
    };
    expect(await filesOf(records, 2 * LINE_BYTES)).toEqual(twoLines);
    expect(await filesOf(records, 3 * LINE_BYTES - 1)).toEqual(twoLines);
  });

  it('splits in the same way whatever pages the records come in', async () => {
    const records = [...all('abcdefg', '2017-01-01'), ...all('hijk', '2017-01-02')];
    const reference = await filesOf(records, 3 * LINE_BYTES, 1);
    for (const size of [2, 3, 5, 100])
      expect(await filesOf(records, 3 * LINE_BYTES, size)).toEqual(reference);
  });

  it('gives a record that is larger than a file may be a file of its own', async () => {
    expect(await filesOf(all('abc', '2017-01-01'), 1)).toEqual({
      '2017-01-01 1': 'a',
      '2017-01-01 2': 'b',
      '2017-01-01 3': 'c',
    });
  });

  it('makes no file of no records', async () => {
    expect(await filesOf([])).toEqual({});
  });
});
