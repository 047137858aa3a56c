import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { commandLineOf, endProcess } from './running-process';

describe(endProcess.name, () => {
  it('forces the end of a process that ignores the signal', async () => {
    const script = `process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000); console.log('up')`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    const pid = child.pid ?? 0;
    expect(await commandLineOf(pid)).toContain(script);
    const exit = once(child, 'exit');
    await endProcess(pid, 'SIGTERM', 100);
    expect(await exit).toEqual([null, 'SIGKILL']);
    expect(await commandLineOf(pid)).toBe('');
  });
});
