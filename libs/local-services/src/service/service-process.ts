import { open, readFile } from 'node:fs/promises';
import { spawnGuarded, type GuardedCommand, type GuardedProcess } from '../process/guarded-process';

const STOP_LIMIT_MS = 8_000;
const LAST_LOG_LINES = 8;

export interface ServiceCommand extends Omit<GuardedCommand, 'env' | 'output' | 'stopLimitMs'> {
  /** The file that gets all output; it is emptied at each start. */
  readonly logFile: string;
}

/** A database server that this process started. */
export interface ServiceProcess extends GuardedProcess {
  /** Returns the end of its log, for error messages. */
  readonly lastLogLines: () => Promise<string>;
}

/** Starts a database server with an environment of its own, and its output in a file. @throws as spawnGuarded */
export async function spawnService({ logFile, ...command }: ServiceCommand): Promise<ServiceProcess> {
  const log = await open(logFile, 'w', 0o600);
  try {
    const guarded = await spawnGuarded({
      ...command,
      output: [log.fd, log.fd],
      env: { LC_ALL: 'C', TZ: 'UTC' },
      stopLimitMs: STOP_LIMIT_MS,
    });
    return { ...guarded, lastLogLines: () => lastLines(logFile) };
  } finally {
    await log.close();
  }
}

async function lastLines(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-LAST_LOG_LINES).join('\n');
}
