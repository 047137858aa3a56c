import { resolve } from 'node:path';

/**
 * The environment of every built program. Node's compiled code of programs and their packages is kept, because a third
 * of the time of a start is otherwise spent on compiling.
 */
export const PROGRAM_ENV: Readonly<Record<string, string>> = {
  NODE_ENV: 'production',
  TZ: 'UTC',
  NODE_COMPILE_CACHE: resolve('node_modules/.cache/drivewatch/node'),
};
