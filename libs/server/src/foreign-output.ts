import { format } from 'node:util';
import type { JsonLogger } from './json-logger';

/** The methods of `console` that write a line, and the log levels they stand for. */
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
 * Makes the program log what others would print as plain text: output of packages that use `console` (BullMQ, ioredis),
 * Node's warnings, and the error that ends the program. That error is the last line, of level 60, and the exit code is
 * 1.
 *
 * Messages that the process cannot catch itself, such as that Node has run out of memory, stay plain text.
 */
export function logForeignOutput(logger: JsonLogger): void {
  const methods = Object.entries(CONSOLE_LEVELS).map(([method, level]) => [
    method,
    (...parts: unknown[]): void => {
      logger[level](format(...parts.map(words)), 'Console');
    },
  ]);
  Object.assign(console, Object.fromEntries(methods));
  // Node's own listener would print them.
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

/** Returns an error's words alone for the log, because drivers attach records and keys to errors. */
const words = (part: unknown): unknown => (part instanceof Error ? (part.stack ?? part.message) : part);
