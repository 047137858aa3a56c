import { format } from 'node:util';
import type { JsonLogger } from './json-logger';

/** Methods of `console` that write a line, and what they are in a log. */
const CONSOLE_LEVELS = {
  error: 'error',
  trace: 'error',
  warn: 'warn',
  log: 'log',
  info: 'log',
  dir: 'log',
  debug: 'debug',
} as const;

/**
 * Has the program log what others would print as plain text: packages that use `console` (BullMQ, ioredis), Node's
 * warnings, and the error that ends the program. That one is the last line, of level 60, and the exit code is 1.
 *
 * What the process itself cannot catch, such as Node running out of memory, is text still.
 */
export function logForeignOutput(logger: JsonLogger): void {
  const methods = Object.entries(CONSOLE_LEVELS).map(([method, level]) => [
    method,
    (...parts: unknown[]): void => {
      logger[level](format(...parts.map(words)), 'Console');
    },
  ]);
  Object.assign(console, Object.fromEntries(methods));
  // Node's own listener prints them.
  process.removeAllListeners('warning');
  process.on('warning', (warning: Error & { code?: string }) => {
    const { name, message, code } = warning;
    logger.warn({ message: `${name}: ${message}`, ...(code !== undefined && { code }) }, 'Node');
  });
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error, origin) => {
    const what = origin === 'unhandledRejection' ? 'A rejected promise' : 'An exception';
    logger.fatal({ message: `${what} that nothing has caught ends the program`, error }, 'Drivewatch');
    process.exit(1);
  });
}

/** Drivers hang records and keys on errors; their words alone are for a log. */
const words = (part: unknown): unknown => (part instanceof Error ? (part.stack ?? part.message) : part);
