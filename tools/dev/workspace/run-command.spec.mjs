import { describe, expect, it } from '@jest/globals';
import { runInForeground, runQuietly } from './run-command.mjs';

const node = (script) => [process.execPath, ['-e', script]];

describe('running a command quietly', () => {
  it('keeps both kinds of output, and says whether it succeeded', async () => {
    const [command, args] = node('console.log("out"); console.error("err"); process.exitCode = 3');
    const { ok, output } = await runQuietly(command, args, process.env);
    expect(ok).toBe(false);
    expect(output.split('\n').filter(Boolean).sort()).toEqual(['err', 'out']);
    expect(await runQuietly(...node('0'), process.env)).toEqual({ ok: true, output: '' });
  });

  it('ends one that hangs, with everything that it started', async () => {
    const hang = 'setInterval(() => {}, 1000)';
    // The grandchild holds the same output: as long as it lives, the command's output does not end.
    const script = `require('node:child_process').spawn(process.execPath, ['-e', '${hang}'], { stdio: 'inherit', detached: true }); ${hang}`;
    const { ok, output } = await runQuietly(...node(script), process.env, 300);
    expect(ok).toBe(false);
    expect(output).toContain('took longer than 0.3 s');
  });
});

describe('running a program in the foreground', () => {
  it('passes on its exit code, and that of a signal as shells do', async () => {
    expect(await runInForeground(...node('process.exit(7)'), { env: process.env })).toBe(7);
    expect(await runInForeground(...node('process.kill(process.pid, "SIGKILL")'), { env: process.env })).toBe(
      137,
    );
  });
});
