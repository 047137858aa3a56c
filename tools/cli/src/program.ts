import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from '@drivewatch/command-line';

export { EXIT, UsageError } from '@drivewatch/command-line';

/** The end of this program's path, as it stands in its command line: other programs know by it who holds a lock. */
export const PROGRAM = 'tools/cli/main.mjs';

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
