import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { EXIT, runImporter } from '../src/importer';

const ROW = 'likun1000003,华AVM936,32.056444,118.777589,72,211,,2017-01-01 08:00:05';
const rows = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => `${ROW.replace('72', String((from + n) % 100))}\n`).join('');

describe('npm run import', () => {
  let folder: string;
  let output: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drivewatch-import-'));
    output = '';
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Runs the importer in the folder. */
  function run(
    args: string[],
    options: { partBytes?: number; env?: NodeJS.ProcessEnv; stop?: AbortSignal } = {},
  ) {
    output = '';
    return runImporter({
      args,
      env: { DRIVEWATCH_DIR: folder, INIT_CWD: folder, ...options.env },
      output: { write: (text: string) => (output += text) !== '' },
      stop: options.stop ?? new AbortController().signal,
      ...(options.partBytes !== undefined && { partBytes: options.partBytes }),
    });
  }
  const write = (name: string, content: string | Uint8Array) => writeFile(join(folder, name), content);
  const bucket = () => join(folder, 'records-bucket/records/import');
  const imported = async () => (await readdir(bucket()).catch(() => [])).sort();
  const textOf = async (names: readonly string[]) =>
    (await Promise.all(names.map((name) => readFile(join(bucket(), name), 'utf8')))).join('');

  it('puts files into the bucket as they are, under a name that says what they were and what is in them', async () => {
    await write('detail_record_2017_01_02', rows(3));
    await write('second.csv', rows(4));
    expect(await run(['detail_record_2017_01_02', 'second.csv'])).toBe(EXIT.done);
    const names = await imported();
    expect(names).toEqual([
      expect.stringMatching(/^detail_record_2017_01_02-[0-9a-f]{16}\.csv$/),
      expect.stringMatching(/^second-[0-9a-f]{16}\.csv$/),
    ]);
    expect(await textOf(names)).toBe(rows(3) + rows(4));
    expect(output).toMatch(
      /^second\.csv: imported as file:\/\/\S+\/records\/import\/second-\S+\.csv \(0\.0 MB\)$/m,
    );
  });

  it('imports a content once, whatever its name and whether it is compressed', async () => {
    await write('first.csv', rows(50));
    await run(['first.csv']);
    const names = await imported();
    await write('renamed', rows(50));
    await write('packed.csv.gz', gzipSync(rows(50)));
    await write('marked.csv', `\ufeff${rows(50)}`);
    expect(await run(['first.csv', 'renamed', 'packed.csv.gz', 'marked.csv'])).toBe(EXIT.done);
    expect(output.match(/: there already, as \S+\/first-\S+\.csv$/gm)).toHaveLength(4);
    expect(await imported()).toEqual(names);
    await write('first.csv', rows(51));
    await run(['first.csv']);
    expect(await imported()).toHaveLength(2);
  });

  it('imports what is in a compressed file', async () => {
    await write('packed.csv.gz', gzipSync(rows(5_000)));
    expect(await run(['packed.csv.gz'])).toBe(EXIT.done);
    expect(await textOf(await imported())).toBe(rows(5_000));
    expect(await imported()).toEqual([expect.stringMatching(/^packed-[0-9a-f]{16}\.csv$/)]);
  });

  it('splits a large file at line ends, and completes an import that ended early', async () => {
    await write('large.csv', rows(100));
    expect(await run(['large.csv'], { partBytes: 3_000 })).toBe(EXIT.done);
    const names = await imported();
    expect(names).toEqual(
      [1, 2, 3].map((n) => expect.stringMatching(new RegExp(`^large-[0-9a-f]{16}-${n}of3\\.csv$`)) as string),
    );
    expect(await textOf(names)).toBe(rows(100));
    for (const name of names) expect(await textOf([name])).toMatch(/\n$/);
    await rm(join(bucket(), names[1] ?? ''));
    await write('renamed.csv', rows(100));
    expect(await run(['renamed.csv'], { partBytes: 3_000 })).toBe(EXIT.done);
    expect(output).toMatch(/imported as/);
    expect(await imported()).toEqual(names);
    expect(await textOf(names)).toBe(rows(100));
    // Complete, however a later version would split it.
    await run(['large.csv'], { partBytes: 1_000 });
    expect(output).toMatch(/there already, as \S+1of3\.csv and 2 more$/m);
  });

  it('takes a file in which some rows are wrong, with quotes, or with the time in another form', async () => {
    await write('a.csv', `driverID,carPlateNumber,Latitude\nnonsense\n${ROW}\n`);
    await write('b.csv', 'd,"A, ""1""",,,1,,,2017-01-01T08:00:05+08:00,,,,,,,,,,,\n');
    expect(await run(['a.csv', 'b.csv'])).toBe(EXIT.done);
    expect(await imported()).toHaveLength(2);
  });

  it('gives names that Spark reads to files whose names it would pass over', async () => {
    await write('_hidden 车.csv', rows(1));
    await write('..csv', rows(2));
    expect(await run(['_hidden 车.csv', '..csv'])).toBe(EXIT.done);
    expect(await imported()).toEqual([
      expect.stringMatching(/^file-[0-9a-f]{16}\.csv$/),
      expect.stringMatching(/^hidden_-[0-9a-f]{16}\.csv$/),
    ]);
  });

  it.each([
    ['missing.csv', 'missing.csv: no such file'],
    ['folder', 'folder: is a folder; name the files in it'],
    ['empty.csv', 'empty.csv: is empty'],
    ['paper.pdf', 'paper.pdf: holds no detail records; expected are lines of 8 or 19 fields'],
    ['broken.csv.gz', 'broken.csv.gz: is no whole gzip file'],
  ])('says in one line what is wrong with %s, and imports nothing', async (name, message) => {
    await mkdir(join(folder, 'folder'));
    await write('empty.csv', '');
    await write('paper.pdf', Buffer.from([0x25, 0x50, 0x44, 0x46, 0x0a, 0xff, 0xfe, 0x22, 0x0a]));
    await write('broken.csv.gz', gzipSync(rows(10_000)).subarray(0, 30));
    await write('good.csv', rows(1));
    expect(await run(['good.csv', name])).toBe(EXIT.failed);
    expect(output).toContain(`import: ${message}`);
    expect(output.match(/\n/g)).toHaveLength(1);
    expect(await imported()).toEqual([]);
  });

  it('leaves nothing of a file that ends in the middle of its compression', async () => {
    const packed = gzipSync(Buffer.from(Array.from({ length: 20_000 }, (_, n) => rows(1, n * 7)).join('')));
    await write('cut.csv.gz', packed.subarray(0, packed.length - 20));
    expect(await run(['cut.csv.gz'])).toBe(EXIT.failed);
    expect(output).toMatch(/^import: cut\.csv\.gz: is no whole gzip file/);
    expect(await imported()).toEqual([]);
  });

  it('says in one line when the bucket cannot be written', async () => {
    await write('good.csv', rows(1));
    expect(await run(['good.csv'], { env: { RECORDS_BUCKET: 'file:///dev/null/bucket' } })).toBe(EXIT.failed);
    expect(output).toMatch(/^import: [^\n]*\/dev\/null\/bucket[^\n]*\n$/);
  });

  it('stops when it is told to, and says how to go on', async () => {
    await write('good.csv', rows(1));
    expect(await run(['good.csv'], { stop: AbortSignal.abort(new Error('stopped')) })).toBe(EXIT.failed);
    expect(output).toBe('import: stopped; import the same files again to go on\n');
    expect(await imported()).toEqual([]);
  });

  it('explains itself, and wants at least one file', async () => {
    expect(await run(['--help'])).toBe(EXIT.done);
    expect(await run([])).toBe(EXIT.usage);
    expect(await run(['--url', 'x'])).toBe(EXIT.usage);
    expect(output).toMatch(/^usage: npm run import -- FILE…\n/);
  });
});
