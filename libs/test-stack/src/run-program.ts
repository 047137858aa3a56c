import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MOST_OUTPUT_BYTES = 16 * 1024 * 1024;

/**
 * Runs a built program of this project to its end.
 *
 * @param env all of its settings, so that none of this process's own gets in
 * @returns what it printed
 * @throws Error with that, unless it ends with 0
 */
export async function runCommand(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const options = { env: { NODE_ENV: 'production', TZ: 'UTC', ...env }, maxBuffer: MOST_OUTPUT_BYTES };
  try {
    const { stdout } = await run(process.execPath, [script, ...args], options);
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${script} ${args.join(' ')} failed: ${stdout}${stderr}`.trim(), { cause: error });
  }
}
