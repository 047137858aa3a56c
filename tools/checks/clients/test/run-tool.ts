import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parseEnv } from '@drivewatch/config';
import * as z from 'zod';

const run = promisify(execFile);
const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;
/** Only a hang takes so long, including the download of whatever is missing. */
const LIMIT_MS = 20 * 60_000;

export interface ToolOptions {
  readonly cwd?: string;
  /** Further variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What a program printed, however it ended. */
export interface ToolResult {
  readonly isOk: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of others to its end, which may be a failure. */
export async function tryTool(
  command: string,
  args: readonly string[],
  { cwd = process.cwd(), env = {} }: ToolOptions = {},
): Promise<ToolResult> {
  const inherited = parseEnv(z.record(z.string(), z.string()));
  const limits = { maxBuffer: MOST_OUTPUT_BYTES, timeout: LIMIT_MS };
  try {
    return { isOk: true, ...(await run(command, args, { cwd, env: { ...inherited, ...env }, ...limits })) };
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    return { isOk: false, stdout, stderr: stdout + stderr === '' ? message : stderr };
  }
}

/**
 * Runs a program of others to its end.
 *
 * @returns its output
 * @throws Error with all of its output, unless it ends with 0
 */
export async function runTool(
  command: string,
  args: readonly string[],
  options?: ToolOptions,
): Promise<string> {
  const { isOk, stdout, stderr } = await tryTool(command, args, options);
  if (!isOk) throw new Error(`${command} ${args.join(' ')} failed: ${stdout}${stderr}`.trim());
  return stdout;
}
