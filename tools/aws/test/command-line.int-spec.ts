import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, realpath, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ensureTestEnvironment } from '@drivewatch/testing';

const run = promisify(execFile);
/** Parts of the checkout to link; the program finds everything relative to itself. */
const LINKED = ['node_modules', 'tools', 'libs', 'package-lock.json', 'tsconfig.base.json'];

/**
 * This is allowed: a resource waits for its role by name as well as by its use (W3005), which CDK writes for every
 * function.
 */
const LET_PASS = ['W3005'];

interface Failure {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('npm run aws', () => {
  let checkout: string;
  let program: string;

  beforeAll(async () => {
    checkout = await realpath(await mkdtemp(join(tmpdir(), 'drivewatch-aws-')));
    for (const name of LINKED) await symlink(resolve(name), join(checkout, name));
    await cp('tools/aws/test/image-context/docker', join(checkout, 'docker'), { recursive: true });
    program = join(checkout, 'dist/tools/aws/main.mjs');
    await cp('dist/tools/aws/main.mjs', program);
  });
  afterAll(() => rm(checkout, { recursive: true }));

  /** Runs without credentials, and with a network that leads nowhere. */
  const aws = (args: string[]) =>
    run(process.execPath, [program, ...args], {
      env: {
        PATH: process.env.PATH,
        HOME: checkout,
        HTTPS_PROXY: 'http://127.0.0.1:9',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    });

  it('synthesises both sizes without an account or a network, and cfn-lint finds nothing wrong', async () => {
    const templates: string[] = [];
    for (const [size, instanceClass] of [
      ['small', 'db.t4g.medium'],
      ['large', 'db.r7g.2xlarge'],
    ] as const) {
      await aws(['synth', '--size', size, '--region', 'eu-central-1']);
      // The next size overwrites it.
      const kept = join(checkout, size);
      await rename(join(checkout, 'dist/cdk.out'), kept);
      const [foundation, services] = ['DrivewatchFoundation', 'DrivewatchServices'].map((stack) =>
        join(kept, `${stack}.template.json`),
      ) as [string, string];
      expect(await readFile(foundation, 'utf8')).toContain(`"DBInstanceClass": "${instanceClass}"`);
      expect(await readFile(services, 'utf8')).toContain('emr-spark-8.0.0');
      templates.push(foundation, services);
    }
    // All templates are checked in one run, because the linter takes long to start.
    expect(await lint(...templates)).toBe('');
  });

  it('says in one line what it does not understand, and ends with 2', async () => {
    const failure = (await aws(['synth', '--size', 'huge']).catch((error: unknown) => error)) as Failure;
    expect(failure.code).toBe(2);
    expect(failure.stderr).toMatch(
      /^✗ .*'huge' is invalid. Allowed choices are small, large \(--help shows how\)\n$/,
    );
  });
});

/** @returns what cfn-lint complains about */
async function lint(...templates: string[]): Promise<string> {
  const { bin } = await ensureTestEnvironment();
  const args = ['--ignore-checks', ...LET_PASS, '--', ...templates];
  const { stdout, stderr } = await run(join(bin, 'cfn-lint'), args).catch(
    (error: unknown) => error as Failure,
  );
  return stdout + stderr;
}
