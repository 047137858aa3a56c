import { type ParseArgsConfig, parseArgs } from 'node:util';

/** What ends a command, as the shell sees it. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** The end of this program's path, as it stands in its command line: other programs know by it who holds a lock. */
export const PROGRAM = 'tools/cli/main.mjs';

/** The command line makes no sense; the message is for the user, in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads a command line: options, and what stands beside them. @throws UsageError naming what is wrong */
export function readOptions<T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: T,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (cause) {
    // Node adds advice about `--` in further sentences, which misleads behind `npm run`.
    const [message] = (cause as Error).message.split('. ');
    throw new UsageError(message, { cause });
  }
}
