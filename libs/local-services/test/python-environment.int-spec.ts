import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { ensurePythonEnvironment, type PythonEnvironmentOptions } from '../src';
import { writeProgram } from './fake-program';

const run = promisify(execFile);
const INSTALLING = 'Installing Python packages, once…';
const WAITING = 'Waiting for another process that installs Python packages…';

/** Only a hang takes so long, however busy the machine is. */
const HANG_MS = 240_000;

describe(ensurePythonEnvironment.name, () => {
  let scratch: string;
  let dir: string;
  let requirements: string;
  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'drivewatch-python-'));
    dir = join(scratch, 'data', 'python');
    requirements = join(scratch, 'requirements-test.txt');
    await writeFile(requirements, '-r requirements.txt\n');
    await requireWheel(await aWheel('1.0'));
  });
  afterEach(() => rm(scratch, { recursive: true, force: true }));

  const requireWheel = (wheel: string) => writeFile(join(scratch, 'requirements.txt'), `${wheel}\n`);

  /** Makes a package of one module, so that nothing is downloaded. @returns its file */
  async function aWheel(version: string): Promise<string> {
    const source = join(scratch, version);
    const info = `tiny-${version}.dist-info`;
    await mkdir(join(source, info), { recursive: true });
    await writeFile(join(source, 'tiny.py'), `VERSION = "${version}"\n`);
    await writeFile(
      join(source, info, 'METADATA'),
      `Metadata-Version: 2.1\nName: tiny\nVersion: ${version}\n`,
    );
    await writeFile(
      join(source, info, 'WHEEL'),
      'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    );
    await writeFile(join(source, info, 'RECORD'), '');
    const wheel = join(scratch, `tiny-${version}-py3-none-any.whl`);
    await run('python3', ['-m', 'zipfile', '-c', wheel, 'tiny.py', info], { cwd: source });
    return wheel;
  }

  async function untilThere(file: string): Promise<void> {
    const limit = AbortSignal.timeout(HANG_MS);
    while (
      !(await access(file).then(
        () => true,
        () => false,
      ))
    ) {
      await sleep(5, undefined, { signal: limit });
    }
  }

  /** Makes the environment with pip unless told otherwise, whatever this machine has. */
  async function ensure(options: Pick<PythonEnvironmentOptions, 'uv'> = { uv: null }) {
    const messages: string[] = [];
    const environment = await ensurePythonEnvironment({
      dir,
      requirements,
      ...options,
      // The message that it is still going on appears only on a slow machine.
      onProgress: (message) => message.startsWith('Still') || messages.push(message),
    });
    return { ...environment, messages };
  }

  async function tinyVersion(python: string): Promise<string> {
    const { stdout } = await run(python, ['-c', 'import tiny; print(tiny.VERSION)']);
    return stdout.trim();
  }

  it('installs once, while a second one waits, and again when an included requirements file has changed', async () => {
    const both = await Promise.all([ensure(), ensure()]);
    expect(both.flatMap(({ messages }) => messages).sort()).toEqual([INSTALLING, WAITING]);
    expect(await tinyVersion(both[1].python)).toBe('1.0');
    expect(both[0].bin).toBe(join(dir, 'bin'));
    expect((await ensure()).messages).toEqual([]);
    await requireWheel(await aWheel('2.0'));
    const changed = await ensure();
    expect(changed.messages).toEqual([INSTALLING]);
    expect(await tinyVersion(changed.python)).toBe('2.0');
  });

  it('begins anew after one that was killed half way', async () => {
    // The program is inside the workspace, where its packages are found.
    const program = resolve('dist/libs/python-environment/making-program.mjs');
    await build({
      entryPoints: ['libs/local-services/test/making-program.ts'],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      tsconfig: 'tsconfig.base.json',
    });
    const making = spawn(process.execPath, [program, dir, requirements], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(making.stdout, 'data');
    await untilThere(join(dir, 'bin', 'python'));
    making.kill('SIGKILL');
    await once(making, 'exit');
    const { python, messages } = await ensure();
    expect(messages).toEqual([INSTALLING]);
    expect(await tinyVersion(python)).toBe('1.0');
  });

  it('ends with what pip said when a package cannot be had', async () => {
    await requireWheel(join(scratch, 'missing-1.0-py3-none-any.whl'));
    await expect(ensure()).rejects.toThrow(/^pip install failed: ERROR: .*missing-1\.0-py3-none-any\.whl.*$/);
  });

  describe('with uv', () => {
    const { PATH = '' } = process.env;
    afterEach(() => {
      process.env.PATH = PATH;
    });

    /** Stands in for uv: unpacks the wheel that the included requirements file names, and links to that as uv does. */
    const anUv = (): Promise<string> =>
      writeProgram(
        join(scratch, 'programs', 'uv'),
        `link=ln
while [ $# -gt 0 ]; do
  case "$1" in --python) python=$2;; -r) requirements=$2;; --link-mode) [ "$2" = copy ] && link=cp;; esac
  shift
done
cache=$(mktemp -d "${scratch}/cache-XXXXXX")
"$python" -m zipfile -e "$(cat "$(dirname "$requirements")/requirements.txt")" "$cache"
exec $link "$cache/tiny.py" "$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"`,
      );

    it('lets the one of the PATH install, into an environment without pip that shares no file with a cache', async () => {
      const uv = await anUv();
      process.env.PATH = `${dirname(uv)}${delimiter}${PATH}`;
      const both = await Promise.all([ensure({}), ensure({})]);
      expect(both.flatMap(({ messages }) => messages).sort()).toEqual([INSTALLING, WAITING]);
      expect(await tinyVersion(both[0].python)).toBe('1.0');
      const countNames = 'import os, tiny; print(os.stat(tiny.__file__).st_nlink)';
      expect((await run(both[0].python, ['-c', countNames])).stdout.trim()).toBe('1');
      await expect(run(both[0].python, ['-m', 'pip', '--version'])).rejects.toThrow('No module named pip');
      await requireWheel(await aWheel('2.0'));
      expect(await tinyVersion((await ensure({})).python)).toBe('2.0');
    });

    it('says why and takes pip when uv cannot do it, and finds that made the next time', async () => {
      const failing = await writeProgram(join(scratch, 'uv'), "echo 'error: no such index' >&2; exit 2");
      const { python, messages } = await ensure({ uv: failing });
      const why = 'uv pip install failed: error: no such index; installing with pip instead…';
      expect(messages).toEqual([INSTALLING, why]);
      expect(await tinyVersion(python)).toBe('1.0');
      expect((await ensure({ uv: await anUv() })).messages).toEqual([]);
    });
  });
});
