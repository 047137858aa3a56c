import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { EXIT } from '@drivewatch/config/command-line';
import { ImportRun, rows } from './import-run';

describe('npm run import', () => {
  let at: ImportRun;
  beforeEach(async () => {
    at = await ImportRun.create();
  });
  afterEach(() => at.remove());

  it('puts files into the bucket as they are, under a name that says what they were and what is in them', async () => {
    await at.write('detail_record_2017_01_02', rows(3));
    await at.write('second.csv', rows(4));
    expect(await at.run(['detail_record_2017_01_02', 'second.csv'])).toBe(EXIT.done);
    const names = await at.imported();
    expect(names).toEqual([
      expect.stringMatching(/^detail_record_2017_01_02-[0-9a-f]{16}\.csv$/),
      expect.stringMatching(/^second-[0-9a-f]{16}\.csv$/),
    ]);
    expect(await at.textOf(names)).toBe(rows(3) + rows(4));
    expect(at.output).toMatch(
      /^second\.csv: imported as file:\/\/\S+\/records\/import\/second-\S+\.csv \(0\.0 MB\)$/m,
    );
  });

  it('imports a content once, whatever its name and whether it is compressed', async () => {
    await at.write('first.csv', rows(50));
    await at.run(['first.csv']);
    const names = await at.imported();
    await at.write('renamed', rows(50));
    await at.write('packed.csv.gz', gzipSync(rows(50)));
    await at.write('marked.csv', `\ufeff${rows(50)}`);
    expect(await at.run(['first.csv', 'renamed', 'packed.csv.gz', 'marked.csv'])).toBe(EXIT.done);
    expect(at.output.match(/: there already, as \S+\/first-\S+\.csv$/gm)).toHaveLength(4);
    expect(await at.imported()).toEqual(names);
    await at.write('first.csv', rows(51));
    await at.run(['first.csv']);
    expect(await at.imported()).toHaveLength(2);
  });

  it('imports what is in a compressed file', async () => {
    await at.write('packed.csv.gz', gzipSync(rows(5_000)));
    expect(await at.run(['packed.csv.gz'])).toBe(EXIT.done);
    expect(await at.textOf(await at.imported())).toBe(rows(5_000));
    expect(await at.imported()).toEqual([expect.stringMatching(/^packed-[0-9a-f]{16}\.csv$/)]);
  });

  it('splits a large file at line ends, and completes an import that ended early', async () => {
    await at.write('large.csv', rows(100));
    expect(await at.run(['large.csv'], { partBytes: 3_000 })).toBe(EXIT.done);
    const names = await at.imported();
    expect(names).toEqual(
      [1, 2, 3].map((n) => expect.stringMatching(new RegExp(`^large-[0-9a-f]{16}-${n}of3\\.csv$`)) as string),
    );
    expect(await at.textOf(names)).toBe(rows(100));
    for (const name of names) expect(await at.textOf([name])).toMatch(/\n$/);
    await rm(join(at.bucket, names[1] ?? ''));
    await at.write('renamed.csv', rows(100));
    expect(await at.run(['renamed.csv'], { partBytes: 3_000 })).toBe(EXIT.done);
    expect(at.output).toMatch(/imported as/);
    expect(await at.imported()).toEqual(names);
    expect(await at.textOf(names)).toBe(rows(100));
    // The import counts as complete, however a later version would split it.
    await at.run(['large.csv'], { partBytes: 1_000 });
    expect(at.output).toMatch(/there already, as \S+1of3\.csv and 2 more$/m);
  });

  it('takes rows with quotes, or with the time in another form', async () => {
    await at.write('b.csv', 'd,"A, ""1""",,,1,,,2017-01-01T08:00:05+08:00,,,,,,,,,,,\n');
    expect(await at.run(['b.csv'])).toBe(EXIT.done);
    expect(await at.imported()).toHaveLength(1);
  });

  it('gives files whose names Spark would ignore names that it reads', async () => {
    await at.write('_hidden 车.csv', rows(1));
    await at.write('..csv', rows(2));
    expect(await at.run(['_hidden 车.csv', '..csv'])).toBe(EXIT.done);
    expect(await at.imported()).toEqual([
      expect.stringMatching(/^file-[0-9a-f]{16}\.csv$/),
      expect.stringMatching(/^hidden_-[0-9a-f]{16}\.csv$/),
    ]);
  });

  it.each([
    ['missing.csv', 'missing.csv: no such file'],
    ['folder', 'folder: is a folder; name the files in it'],
    ['empty.csv', 'empty.csv: is empty'],
    ['blank.csv', 'blank.csv: holds no rows'],
    ['paper.pdf', 'paper.pdf: line 1: is a PDF; save it as "CSV UTF-8" and import it again'],
    ['book.csv', 'book.csv: line 1: is an Excel workbook or a ZIP archive; save it as'],
    [
      'noise.csv',
      'noise.csv: line 1: is longer than 16384 bytes (1 of its first 1 rows are no detail records',
    ],
    ['broken.csv.gz', 'broken.csv.gz: is no whole gzip file'],
  ])('says in one line what is wrong with %s, and imports nothing', async (name, message) => {
    await mkdir(join(at.folder, 'folder'));
    await at.write('empty.csv', '');
    await at.write('paper.pdf', Buffer.from([0x25, 0x50, 0x44, 0x46, 0x0a, 0xff, 0xfe, 0x22, 0x0a]));
    await at.write('blank.csv', '\n\r\n');
    await at.write('book.csv', Buffer.from('PK\u0003\u0004rest'));
    await at.write('noise.csv', 'x'.repeat(100_000));
    await at.write('broken.csv.gz', gzipSync(rows(10_000)).subarray(0, 30));
    await at.write('good.csv', rows(1));
    expect(await at.run(['good.csv', name])).toBe(EXIT.failed);
    expect(at.output).toContain(`import: ${message}`);
    expect(at.output.match(/\n/g)).toHaveLength(1);
    expect(await at.imported()).toEqual([]);
  });

  it('leaves nothing of a file that ends in the middle of its compression', async () => {
    const packed = gzipSync(Buffer.from(Array.from({ length: 20_000 }, (_, n) => rows(1, n * 7)).join('')));
    await at.write('cut.csv.gz', packed.subarray(0, packed.length - 20));
    expect(await at.run(['cut.csv.gz'])).toBe(EXIT.failed);
    expect(at.output).toMatch(/^import: cut\.csv\.gz: is no whole gzip file/);
    expect(await at.imported()).toEqual([]);
  });

  it('says in one line when the bucket cannot be written', async () => {
    await at.write('good.csv', rows(1));
    expect(await at.run(['good.csv'], { env: { RECORDS_BUCKET: 'file:///dev/null/bucket' } })).toBe(
      EXIT.failed,
    );
    expect(at.output).toMatch(/\nimport: [^\n]*\/dev\/null\/bucket[^\n]*\n$/);
  });

  it('stops when it is told to, and says how to go on', async () => {
    await at.write('good.csv', rows(1));
    expect(await at.run(['good.csv'], { stop: AbortSignal.abort(new Error('stopped')) })).toBe(EXIT.failed);
    expect(at.output).toBe('import: stopped; import the same files again to go on\n');
    expect(await at.imported()).toEqual([]);
  });

  it('explains itself, and wants at least one file', async () => {
    expect(await at.run(['--help'])).toBe(EXIT.done);
    expect(at.output).toMatch(/^Usage: npm run import -- \[options\] <files\.\.\.>\n/);
    expect(await at.run([])).toBe(EXIT.usage);
    expect(at.output).toBe("✗ missing required argument 'files' (--help shows how)\n");
    expect(await at.run(['--url', 'x'])).toBe(EXIT.usage);
    expect(at.output).toBe("✗ unknown option '--url' (--help shows how)\n");
  });
});
