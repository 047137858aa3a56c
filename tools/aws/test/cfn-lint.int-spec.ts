import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureTestEnvironment } from '@drivewatch/s3-test-server';
import { makeTestApp } from './synthesised';

const run = promisify(execFile);

/**
 * Let pass: that a resource waits for its role by name as well as by its use of it (W3005), which CDK writes for every
 * function.
 */
const LET_PASS = ['W3005'];

describe('cfn-lint', () => {
  it.each(['small', 'large'] as const)(
    'finds nothing wrong in the templates of size %s',
    async (size) => {
      // With the function of the metrics bundled, as it is deployed.
      const { directory } = makeTestApp(size, { context: {} }).app.synth();
      const templates = (await readdir(directory)).filter((name) => name.endsWith('.template.json'));
      expect(templates.sort()).toEqual([
        'DrivewatchFoundation.template.json',
        'DrivewatchServices.template.json',
      ]);
      const { bin } = await ensureTestEnvironment();
      const paths = templates.map((name) => join(directory, name));
      const found = await run(join(bin, 'cfn-lint'), ['--ignore-checks', ...LET_PASS, '--', ...paths]).catch(
        (error: unknown) => error as { stdout: string; stderr: string },
      );
      expect(found.stdout + found.stderr).toBe('');
    },
    120_000,
  );
});
