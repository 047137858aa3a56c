import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { commandLineOf, spawnGuarded } from '../src';

/** Starts a guarded process, writes its id, and ends by the given statement. */
const STARTER = (end: string) => `
  import { spawnGuarded } from './src/process/guarded-process';
  const command = { command: '/bin/sleep', args: ['600'], cwd: '/', env: {}, output: ['ignore', 'ignore'] };
  const { pid } = await spawnGuarded({ ...command, stopSignal: 'SIGTERM', stopLimitMs: 1000 });
  process.stdout.write(String(pid), () => { ${end} });
`;

describe(spawnGuarded.name, () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'guarded-process-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it.each([
    ['killed', `process.kill(process.pid, 'SIGKILL')`],
    ['ended without stopping it', 'process.exit(0)'],
  ])('does not let the process outlive a starter that was %s', async (_how, end) => {
    const outfile = join(dir, 'starter.mjs');
    await build({
      stdin: { contents: STARTER(end), resolveDir: join(__dirname, '..'), loader: 'ts' },
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'silent',
    });
    const starter = spawn(process.execPath, [outfile], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    starter.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await once(starter, 'close');
    const pid = Number(output);
    expect(pid).toBeGreaterThan(1);
    const deadline = Date.now() + 120_000;
    while ((await commandLineOf(pid)) !== '' && Date.now() < deadline) await sleep(20);
    expect(await commandLineOf(pid)).toBe('');
  });

  it('says in an error that there is no such program', async () => {
    const command = { command: join(dir, 'none'), args: [], cwd: '/', env: {} };
    await expect(
      spawnGuarded({
        ...command,
        output: ['ignore', 'ignore'],
        stopSignal: 'SIGTERM',
        stopLimitMs: 200,
      }),
    ).rejects.toThrow('ENOENT');
  });

  it('forces the end of a process that ignores the stop signal', async () => {
    const script = `trap '' TERM; echo ready; while :; do sleep 0.1; done`;
    const stubborn = await spawnGuarded({
      command: '/bin/sh',
      args: ['-c', script],
      cwd: '/',
      env: {},
      output: ['pipe', 'ignore'],
      stopSignal: 'SIGTERM',
      stopLimitMs: 200,
    });
    if (stubborn.stdout) await once(stubborn.stdout, 'data');
    await stubborn.stop();
    expect(await stubborn.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });
});
