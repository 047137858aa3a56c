import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { AppLog } from './app-log';

describe(AppLog.name, () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'app-log-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  /**
   * Reads a file until it has the content, since files are written in the background; compares what is there after two
   * seconds.
   */
  async function contentOf(name: string, expected: string): Promise<void> {
    const deadline = Date.now() + 2_000;
    let content: string | undefined;
    do content = await readFile(join(dir, name), 'utf8').catch(() => undefined);
    while (content !== expected && Date.now() < deadline);
    expect(content).toBe(expected);
  }

  it('writes whole lines of a stream and hands them on', async () => {
    const lines: string[] = [];
    const log = new AppLog(join(dir, 'logs', 'api.log'));
    const output = Readable.from(['fir', 'st\nsecond', '\n']);
    log.follow(output, (line) => lines.push(line));
    await contentOf('logs/api.log', 'first\nsecond\n');
    expect(lines).toEqual(['first', 'second']);
  });

  it('keeps the log of the run before', async () => {
    new AppLog(join(dir, 'api.log')).write('first run');
    await contentOf('api.log', 'first run\n');
    new AppLog(join(dir, 'api.log')).write('second run');
    await contentOf('api.log', 'second run\n');
    await contentOf('api.previous.log', 'first run\n');
  });

  it('begins a new file at the size limit', async () => {
    const log = new AppLog(join(dir, 'api.log'), 10);
    log.write('0123456789');
    log.write('next');
    await contentOf('api.previous.log', '0123456789\n');
    await contentOf('api.log', 'next\n');
  });

  it('remembers the last twelve lines', () => {
    const log = new AppLog(join(dir, 'api.log'));
    for (let i = 1; i <= 20; i++) log.write(String(i));
    expect(log.lastLines().split('\n')).toEqual([
      '9',
      '10',
      '11',
      '12',
      '13',
      '14',
      '15',
      '16',
      '17',
      '18',
      '19',
      '20',
    ]);
  });
});
