import { eventually, type Stack } from '@drivewatch/testing';
import { isNoJson } from './log-lines';
import { suiteStack } from './suite-stack';

describe('what is logged until the end', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await suiteStack();
  });

  it('writes only lines of JSON, whoever writes: packages, Node, and an error that ends the program', async () => {
    const apps = [stack.api(), ...stack.consumers];
    for (const app of apps) app.kill('SIGUSR2');
    await eventually(() => {
      for (const { output } of apps) {
        expect(output).toContain('provoked');
        expect(output).toContain('printed1by package');
      }
    });
    for (const app of apps) app.kill('SIGHUP');
    await eventually(() => expect(apps.map(({ isRunning }) => isRunning)).toEqual([false, false]));
    for (const { output } of apps) {
      const lines = output.trim().split('\n').slice(1);
      expect(lines.filter(isNoJson)).toEqual([]);
      const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      for (const entry of entries) {
        expect(Object.keys(entry)).toEqual(expect.arrayContaining(['level', 'time', 'app', 'msg']));
        expect(entry.context ?? 'Drivewatch').toMatch(/^[A-Z][A-Za-z]+$/);
      }
      expect(entries).toContainEqual(
        expect.objectContaining({ level: 40, context: 'Node', msg: 'Warning: provoked' }),
      );
      expect(entries).toContainEqual(
        expect.objectContaining({ level: 40, context: 'Console', msg: 'printed1by package' }),
      );
      expect(entries.at(-1)).toMatchObject({ level: 60, err: { message: 'lost' } });
    }
  });
});
