import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger as Pino, pino, stdTimeFunctions } from 'pino';
import { logSafeError } from './log-safe-error';

/** The levels of pino that a log may be limited to, the most urgent first. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LoggerOptions {
  /** The program's name, such as `api`; it stands in every line. */
  app: string;
  /** Lines below this level are not written. */
  level?: LogLevel;
  /** Only tests pass anything but standard output. */
  destination?: DestinationStream;
}

/** A log line with facts besides its message, such as the request that it is about. */
interface DetailedMessage {
  message: string;
  error?: unknown;
  [fact: string]: unknown;
}

/**
 * Writes NestJS's log as JSON lines of pino: `{"level":50,"time":"…","app":"api","pid":7,"context":"Redis","msg":"…"}`.
 * A message is a text, an error (of which only {@link logSafeError} is written), or an object with `message`,
 * optionally `error`, and facts.
 */
export class JsonLogger implements LoggerService {
  constructor(private readonly pino: Pino) {}

  fatal(message: unknown, ...more: unknown[]): void {
    this.write('fatal', message, more);
  }

  error(message: unknown, ...more: unknown[]): void {
    this.write('error', message, more);
  }

  warn(message: unknown, ...more: unknown[]): void {
    this.write('warn', message, more);
  }

  log(message: unknown, ...more: unknown[]): void {
    this.write('info', message, more);
  }

  debug(message: unknown, ...more: unknown[]): void {
    this.write('debug', message, more);
  }

  verbose(message: unknown, ...more: unknown[]): void {
    this.write('trace', message, more);
  }

  /** @param more the further arguments of NestJS: the context last, a stack before it */
  private write(level: LogLevel, message: unknown, more: unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const texts = more.filter((part) => typeof part === 'string');
    // The bundler puts an underscore before the name of a class that refers to itself.
    const context = texts.pop()?.replace(/^_+/, '');
    const [stack] = texts;
    const { text, facts } = read(message);
    this.pino[level](
      { ...(context !== undefined && { context }), ...(stack !== undefined && { stack }), ...facts },
      text,
    );
  }
}

function read(message: unknown): { text: string; facts: Record<string, unknown> } {
  if (message instanceof Error) return { text: message.message, facts: { err: logSafeError(message) } };
  if (!isDetailed(message))
    return { text: typeof message === 'string' ? message : JSON.stringify(message), facts: {} };
  const { message: text, error, ...facts } = message;
  return { text, facts: error instanceof Error ? { ...facts, err: logSafeError(error) } : facts };
}

const isDetailed = (message: unknown): message is DetailedMessage =>
  typeof (message as Partial<DetailedMessage> | null)?.message === 'string' && !(message instanceof Error);

/** Creates the logger of a whole program, which is given to NestJS. */
export function createLogger({ app, level = 'info', destination }: LoggerOptions): JsonLogger {
  const options = {
    level,
    base: { app, pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    // pino's own serializer would add everything that is attached to an error.
    serializers: { err: (error: unknown) => error },
  };
  return new JsonLogger(destination === undefined ? pino(options) : pino(options, destination));
}
