import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseEnv, settings } from '@drivewatch/config';
import * as z from 'zod';

/** Reached only by a server that hangs; the slowest script waits for a minute. */
const SCRIPT_LIMIT_MS = 240_000;

/** Returns the path of a file of the cases. @throws Error if CASES_DIR does not say where they are */
export function pathOfCase(name: string): string {
  const { CASES_DIR } = parseEnv(z.object(settings.testFolders));
  if (CASES_DIR === undefined) throw new Error('CASES_DIR is not set; run `nx run system-tests:cases`');
  return join(CASES_DIR, name);
}

export const readCase = (name: string): Promise<string> => readFile(pathOfCase(name), 'utf8');

/** Runs a script of the cases as it is. @param url of the API that it posts to @returns what it printed */
export async function runCase(name: string, url: string): Promise<string> {
  const { PATH } = parseEnv(z.object({ PATH: z.string() }));
  const options = { env: { PATH, URL: url }, timeout: SCRIPT_LIMIT_MS };
  return (await promisify(execFile)('bash', [pathOfCase(name)], options)).stdout;
}
