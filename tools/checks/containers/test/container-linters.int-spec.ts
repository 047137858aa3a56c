import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureTestEnvironment } from '@drivewatch/testing';

const run = promisify(execFile);

/** @returns what a linter complains about; empty when nothing is wrong */
async function complaints(linter: string, args: readonly string[]): Promise<string> {
  const { bin } = await ensureTestEnvironment();
  try {
    await run(join(bin, linter), args);
    return '';
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return stdout + stderr;
  }
}
const hadolint = (file: string) =>
  complaints('hadolint', ['--no-color', '--failure-threshold', 'warning', file]);
const compose = (file: string) =>
  complaints('check-jsonschema', ['--builtin-schema', 'vendor.compose-spec', file]);

describe('the files of docker/', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drivewatch-linters-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('are Dockerfiles in which hadolint finds nothing wrong', async () => {
    const names = (await readdir('docker')).filter((name) => name.endsWith('Dockerfile'));
    expect(names).toHaveLength(4);
    for (const file of [...names.map((name) => join('docker', name)), 'tools/aws/emr/Dockerfile'])
      expect([file, await hadolint(file)]).toEqual([file, '']);
  });

  it('are a Compose file as its specification has it', async () => {
    expect(await compose('docker/compose.yaml')).toBe('');
  });

  it('would not pass with a mistake', async () => {
    const [dockerfile, composeFile] = [join(folder, 'Dockerfile'), join(folder, 'compose.yaml')];
    await writeFile(
      dockerfile,
      (await readFile('docker/api.Dockerfile', 'utf8')) + 'RUN apt-get install nano\n',
    );
    expect(await hadolint(dockerfile)).toMatch(/DL3008/);
    await writeFile(
      composeFile,
      (await readFile('docker/compose.yaml', 'utf8')).replace(/^( +)depends_on:/m, '$1dependson:'),
    );
    expect(await compose(composeFile)).toMatch(/dependson/);
  });
});
