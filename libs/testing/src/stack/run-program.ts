import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PROGRAM_ENV } from './program-env';

const run = promisify(execFile);
const MOST_OUTPUT_BYTES = 16 * 1024 * 1024;
/** Only a hang takes so long, however busy the machine is. */
const LIMIT_MS = 900_000;

/**
 * Runs a built program of this project to its end.
 *
 * @param script relative to the workspace
 * @param env all of its settings, so that none of this process's own reach it
 * @returns its output
 * @throws Error with its output, unless it ends with 0
 */
export async function runProgram(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ stdout: string; stderr: string }> {
  const options = { env: { ...PROGRAM_ENV, ...env }, maxBuffer: MOST_OUTPUT_BYTES, timeout: LIMIT_MS };
  try {
    return await run(process.execPath, [script, ...args], options);
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${script} ${args.join(' ')} failed: ${stdout}${stderr}`.trim(), { cause: error });
  }
}
