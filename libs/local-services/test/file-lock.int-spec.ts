import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { withFileLock } from '../src';

/** The limit for a lock that is free; only a hang takes so long, however busy the machine is. */
const PATIENT = { waitLimitMs: 240_000 };

describe(withFileLock.name, () => {
  let programs: string;
  let folder: string;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    programs = await mkdtemp(join(tmpdir(), 'drivewatch-lock-'));
    await build({
      entryPoints: ['libs/local-services/test/lock-holder.ts'],
      outfile: join(programs, 'lock-holder.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      tsconfig: 'tsconfig.base.json',
    });
  });
  afterAll(() => rm(programs, { recursive: true, force: true }));
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drivewatch-lock-'));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  function holder(...args: string[]): ChildProcess {
    const child = spawn(process.execPath, [join(programs, 'lock-holder.mjs'), folder, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    return child;
  }

  it('lets one process at a time work, and keeps few files', async () => {
    await writeFile(join(folder, 'number'), '0');
    const exits = [1, 2, 3, 4].map(() => once(holder('add', '25'), 'exit'));
    expect(await Promise.all(exits)).toEqual(Array(4).fill([0, null]));
    expect(await readFile(join(folder, 'number'), 'utf8')).toBe('100');
    expect((await readdir(folder)).length).toBeLessThanOrEqual(3);
  });

  it('lets one of many take over from a process that was killed', async () => {
    await writeFile(join(folder, 'number'), '0');
    const dying = holder('hold');
    if (dying.stdout) await once(dying.stdout, 'data');
    dying.kill('SIGKILL');
    await once(dying, 'exit');
    const exits = [1, 2, 3].map(() => once(holder('add', '10'), 'exit'));
    expect(await Promise.all(exits)).toEqual(Array(3).fill([0, null]));
    expect(await readFile(join(folder, 'number'), 'utf8')).toBe('30');
  });

  it('says that it waits, and gives up in time, while another process holds it', async () => {
    const living = holder('hold');
    if (living.stdout) await once(living.stdout, 'data');
    let waits = 0;
    const options = { waitLimitMs: 300, onWait: () => (waits += 1) };
    await expect(withFileLock(folder, 'number', options, () => Promise.resolve())).rejects.toThrow(
      'another process has not finished within 0.3 s',
    );
    expect(waits).toBe(1);
    await expect(withFileLock(folder, 'other', PATIENT, () => Promise.resolve('free'))).resolves.toBe('free');
  });

  it('takes over from a process of another machine half a minute after its last sign of life', async () => {
    const file = join(folder, 'number.7.lock');
    await writeFile(file, '1 another-machine');
    const attempt = (options: { waitLimitMs: number }) =>
      withFileLock(folder, 'number', options, () => Promise.resolve('taken'));
    await expect(attempt({ waitLimitMs: 100 })).rejects.toThrow('another process');
    const before = new Date(Date.now() - 31_000);
    await utimes(file, before, before);
    await expect(attempt(PATIENT)).resolves.toBe('taken');
  });

  it('gives the lock back when the work fails', async () => {
    const broken = () => Promise.reject(new Error('broke'));
    await expect(withFileLock(folder, 'number', PATIENT, broken)).rejects.toThrow('broke');
    await expect(withFileLock(folder, 'number', PATIENT, () => Promise.resolve(1))).resolves.toBe(1);
  });
});
