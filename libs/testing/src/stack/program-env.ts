import { resolve } from 'node:path';

/**
 * What every built program is started with, whatever else. What Node has compiled of programs and their packages is kept;
 * without that a third of a start is spent on it.
 */
export const PROGRAM_ENV: Readonly<Record<string, string>> = {
  NODE_ENV: 'production',
  TZ: 'UTC',
  NODE_COMPILE_CACHE: resolve('node_modules/.cache/drivewatch/node'),
};
