import { aRow, TestFolder } from '../../test/replay/detail-record-files';
import type { BadLine, DetailRecordFile } from './detail-record-file';
import { mergeByTime, TooFarOutOfOrderError } from './merge-by-time';
import { surveyFile } from './survey';

describe(mergeByTime.name, () => {
  let folder: TestFolder;
  beforeEach(async () => {
    folder = await TestFolder.create();
  });
  afterEach(() => folder.remove());

  async function merge(files: DetailRecordFile[], maxBuffered = 100) {
    const bad: BadLine[] = [];
    const surveys = await Promise.all(files.map((file) => surveyFile(file)));
    const order: string[] = [];
    const rows = mergeByTime(surveys, { maxBuffered, onBadLine: (line) => bad.push(line) });
    for await (const { file, line } of rows) order.push(`${file}:${line}`);
    return { order, bad, surveys };
  }

  it('merges overlapping files by time; equal times keep the order of files, then lines', async () => {
    const a = await folder.writeRows('a', [
      aRow('d1', '08:00:00'),
      aRow('d1', '08:00:02'),
      aRow('d1', '08:00:02'),
      aRow('d1', '08:00:09'),
    ]);
    const b = await folder.writeRows('b', [
      aRow('d2', '07:59:59'),
      aRow('d2', '08:00:00'),
      aRow('d2', '08:00:02'),
      aRow('d2', '08:00:05'),
    ]);
    const { order } = await merge([a, b]);
    expect(order).toEqual(['b:1', 'a:1', 'b:2', 'a:2', 'a:3', 'b:3', 'b:4', 'a:4']);
    await expect(merge([b, a])).resolves.toMatchObject({
      order: ['b:1', 'b:2', 'a:1', 'b:3', 'a:2', 'a:3', 'b:4', 'a:4'],
    });
  });

  it('sorts rows that come late in their file, and keeps the order of rows of one second', async () => {
    const file = await folder.writeRows('late', [
      aRow('d1', '08:00:10'),
      aRow('d1', '08:00:12'),
      aRow('d1', '08:00:07'),
      aRow('d1', '08:00:10'),
      aRow('d1', '08:00:20'),
      aRow('d1', '08:00:15'),
    ]);
    const { order, surveys } = await merge([file]);
    expect(order).toEqual(['late:3', 'late:1', 'late:4', 'late:2', 'late:6', 'late:5']);
    expect(surveys[0]).toMatchObject({
      rows: 6,
      firstMs: Date.UTC(2017, 0, 1, 8, 0, 7),
      lastMs: Date.UTC(2017, 0, 1, 8, 0, 20),
      latenessMs: 5000,
      latest: { earlierLine: 2, laterLine: 3 },
    });
  });

  it('agrees with a stable sort on shuffled rows of several files', async () => {
    let state = 7;
    const random = (below: number) => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
    const expected: { key: string; seconds: number }[] = [];
    const files = await Promise.all(
      ['x', 'y', 'z'].map((name) => {
        const rows = Array.from({ length: 300 }, (_, index) => {
          const seconds = Math.max(0, Math.floor(index / 3) - random(12));
          expected.push({ key: `${name}:${index + 1}`, seconds });
          const pad = (value: number) => String(value).padStart(2, '0');
          return aRow('d1', `08:${pad(Math.floor(seconds / 60))}:${pad(seconds % 60)}`);
        });
        return folder.writeRows(name, rows);
      }),
    );
    const { order } = await merge(files, 200);
    expect(order).toEqual(expected.sort((a, b) => a.seconds - b.seconds).map(({ key }) => key));
  });

  it('holds back no more rows than lateness requires', async () => {
    const rows = Array.from({ length: 60 }, (_, second) =>
      aRow('d1', `08:00:${String(second).padStart(2, '0')}`),
    );
    const file = await folder.writeRows('ordered', rows);
    await expect(merge([file], 1)).resolves.toMatchObject({ order: { length: 60 } });
  });

  it('stops with the lines in question when a junk clock would make it hold back everything', async () => {
    const rows = Array.from({ length: 50 }, (_, second) => aRow('d1', `08:00:${String(second + 10)}`));
    rows[20] = aRow('d1', '23:00:00');
    const file = await folder.writeRows('junk', rows);
    const merged = merge([file], 10);
    await expect(merged).rejects.toThrow(TooFarOutOfOrderError);
    await expect(merged).rejects.toThrow(
      /junk is far out of order \(line 22 is 53969 s older than line 21\): more than 10 rows .* --buffer ROWS/,
    );
  });

  it('reports each bad line once', async () => {
    const file = await folder.writeRows('bad', [aRow('d1', '08:00:00'), 'nonsense', aRow('d1', '08:00:01')]);
    const { order, bad } = await merge([file]);
    expect(order).toEqual(['bad:1', 'bad:3']);
    expect(bad).toMatchObject([{ file: 'bad', line: 2 }]);
  });
});
