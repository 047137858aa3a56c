import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireJava } from '../src';
import { findPython } from '../src/python/find-python';
import { writeProgram } from './fake-program';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'drivewatch-programs-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe(findPython.name, () => {
  const aPython = (name: string, version: string, { hasVenv = true } = {}): Promise<string> =>
    writeProgram(
      join(dir, name),
      `case "$2" in *ensurepip*) exit ${hasVenv ? 0 : 1};; *) echo ${version};; esac`,
    );

  it('takes the first that is new enough and can make environments', async () => {
    const candidates = [
      join(dir, 'missing'),
      await aPython('old', '3.9.2'),
      await aPython('bare', '3.11.2', { hasVenv: false }),
      await aPython('good', '3.10.0'),
      await aPython('newer', '3.13.1'),
    ];
    expect(await findPython(candidates)).toEqual({ command: join(dir, 'good'), version: '3.10.0' });
  });

  it('says in one line what was found and what to install', async () => {
    const candidates = [await aPython('old', '3.9.2'), await aPython('bare', '3.11.2', { hasVenv: false })];
    const message =
      /^Python 3\.10 or later is needed, but \S+old is 3\.9\.2; \S+bare \(3\.11\.2\) cannot .*python3-venv\)$/;
    await expect(findPython(candidates)).rejects.toThrow(message);
    await expect(findPython([join(dir, 'missing')])).rejects.toThrow(/but none is installed: install Python/);
  });

  it('finds the Python of this machine', async () => {
    expect((await findPython()).version).toMatch(/^3\.\d\d\./);
  });
});

describe(requireJava.name, () => {
  const aJava = (output: string): Promise<string> =>
    writeProgram(join(dir, 'bin', 'java'), `cat >&2 <<'END'\n${output}\nEND`);

  it('takes the one of JAVA_HOME', async () => {
    const command = await aJava('Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "21" 2023-09-19');
    expect(await requireJava({ JAVA_HOME: dir })).toEqual({ command, version: 21 });
  });

  it('refuses an older one, and a JAVA_HOME without one, in one line', async () => {
    await aJava('java version "1.8.0_302"');
    await expect(requireJava({ JAVA_HOME: dir })).rejects.toThrow(
      /^Java 17 or later is needed, but that in JAVA_HOME \(.*\) is 1\.8\.0: install Java 17/,
    );
    await expect(requireJava({ JAVA_HOME: join(dir, 'nothing') })).rejects.toThrow(
      /^Java 17 or later is needed, but none is found in JAVA_HOME/,
    );
  });
});
