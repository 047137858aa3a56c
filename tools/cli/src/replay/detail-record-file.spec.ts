import { TIME_ALLOWED } from '@drivewatch/contracts';
import { createFleetClock } from '@drivewatch/detail-records';
import { aRow, TestFolder } from '../../test/replay/detail-record-files';
import { isBadLine, readDetailRecords, type BadLine, type RecordedRow } from './detail-record-file';

describe(readDetailRecords.name, () => {
  let folder: TestFolder;
  beforeAll(async () => {
    folder = await TestFolder.create();
  });
  afterAll(() => folder.remove());

  async function read(content: string | Buffer): Promise<{ rows: RecordedRow[]; bad: BadLine[] }> {
    const rows: RecordedRow[] = [];
    const bad: BadLine[] = [];
    for await (const batch of readDetailRecords(await folder.write('day.csv', content))) {
      for (const row of batch) {
        if (isBadLine(row)) bad.push(row);
        else rows.push(row);
      }
    }
    return { rows, bad };
  }

  it('reads rows of 8 and of 20 fields, leaving empty columns out', async () => {
    const full = 'likun1000003,华AVM936,32.056444,118.777589,72,211,,2017-01-01 08:00:05,,,,,,,1,1,,,,';
    const { rows, bad } = await read(`${aRow('d1', '08:00:00')}\n${full}\n`);
    expect(bad).toEqual([]);
    expect(rows[0]?.record).toEqual({
      driverID: 'd1',
      carPlateNumber: '华A12345',
      Latitude: '32.056444',
      Longtitude: '118.777589',
      Speed: '72',
      Direction: '211',
      Time: '2017-01-01 08:00:00',
    });
    expect(rows[1]).toEqual({
      file: 'day.csv',
      line: 2,
      timeMs: Date.UTC(2017, 0, 1, 8, 0, 5),
      record: {
        driverID: 'likun1000003',
        carPlateNumber: '华AVM936',
        Latitude: '32.056444',
        Longtitude: '118.777589',
        Speed: '72',
        Direction: '211',
        Time: '2017-01-01 08:00:05',
        isOverspeedFinished: '1',
        overspeedTime: '1',
      },
    });
  });

  it('reads times with an offset as devices send them, and those without in the zone of the fleet', async () => {
    const times = [
      '2017-01-01 08:00:05',
      '2017-01-01T00:00:06Z',
      '2017-01-01t00:00:07z',
      '2017-01-01 08:00:08+08:00',
      '2017-01-01T08:00:09+0800',
      '2016-12-31T16:00:10-08',
      '2017-01-01T08:01+08:00',
      '"2017-01-01T00:01:01,5Z"',
    ];
    const file = await folder.writeRows(
      'day.csv',
      times.map((time) => `d1,P1,1,2,72,211,,${time}`),
    );
    const { toEpochMs } = createFleetClock('Asia/Shanghai');
    const seen: number[] = [];
    for await (const batch of readDetailRecords({ ...file, toEpochMs }))
      for (const row of batch) seen.push(isBadLine(row) ? NaN : row.timeMs - Date.UTC(2017, 0, 1));
    expect(seen).toEqual([5_000, 6_000, 7_000, 8_000, 9_000, 10_000, 60_000, 61_500]);
  });

  it('reads quoted fields', async () => {
    const { rows } = await read('d1,华A1,1,2,72,211,"广州市, ""越秀""",2017-01-01 08:00:00\n');
    expect(rows[0]?.record.siteName).toBe('广州市, "越秀"');
  });

  it('names file, line and reason of every line that holds no record, and reads on', async () => {
    const { rows, bad } = await read(
      [
        aRow('d1', '08:00:00'),
        'd1,华A12345,32.0',
        aRow('d1', '25:00:00'),
        '"' + aRow('d1', '08:00:01'),
        'd1,华A12345,1,2,72,211,,',
        '',
        aRow('d1', '08:00:02'),
      ].join('\n'),
    );
    expect(rows.map(({ line }) => line)).toEqual([1, 7]);
    expect(bad.map(({ file, line, reason }) => `${file}:${line} ${reason}`)).toEqual([
      'day.csv:2 has 3 fields; allowed: 8, or 19 with or without a trailing comma',
      `day.csv:3 Time (field 8) is "2017-01-01 25:00:00"; allowed: ${TIME_ALLOWED}`,
      expect.stringMatching(/^day\.csv:4 is not valid CSV: Quote Not Closed/),
      `day.csv:5 Time (field 8) is missing; allowed: ${TIME_ALLOWED}`,
    ]);
  });

  it('refuses lines that are not UTF-8', async () => {
    const gbk = Buffer.from([0xbb, 0xaa]);
    const { bad } = await read(Buffer.concat([Buffer.from('d1,'), gbk, Buffer.from(',1,2,72,211,,2017')]));
    expect(bad).toEqual([{ file: 'day.csv', line: 1, reason: 'is not valid UTF-8' }]);
  });
});
