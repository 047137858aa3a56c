import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;
/** Only a hang takes so long, including the download of whatever is missing. */
const LIMIT_MS = 20 * 60_000;

/**
 * Runs a program of others to its end.
 *
 * @returns its output
 * @throws Error with all of its output, unless it ends with 0
 */
export async function runTool(
  command: string,
  args: readonly string[],
  cwd = process.cwd(),
): Promise<string> {
  try {
    const { stdout } = await run(command, args, { cwd, maxBuffer: MOST_OUTPUT_BYTES, timeout: LIMIT_MS });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')} failed: ${stdout}${stderr}`.trim(), { cause: error });
  }
}
