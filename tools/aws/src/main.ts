import { resolve } from 'node:path';
import { parseCommandLine, USAGE, UsageError } from './command-line';
import { makeApp } from './drivewatch-app';
import { runCdk } from './run-cdk';
import { SIZES } from './sizes';

/** This file is dist/tools/aws/main.mjs. */
const root = resolve(import.meta.dirname, '../../..');
const [first, ...rest] = process.argv.slice(2);

try {
  if (first === 'make-app') {
    // What `cdk` runs, with the size and the region of the command line that it was itself run with.
    const commandLine = parseCommandLine(['synth', ...rest]);
    if (commandLine !== 'help') {
      makeApp({ size: SIZES[commandLine.size], region: commandLine.region, root }).app.synth();
    }
  } else {
    const commandLine = parseCommandLine(process.argv.slice(2));
    if (commandLine === 'help') console.log(USAGE);
    else
      process.exitCode = await runCdk(commandLine, {
        root,
        program: resolve(import.meta.dirname, 'main.mjs'),
      });
  }
} catch (error) {
  const isUsage = error instanceof UsageError;
  console.error(
    isUsage ? `${error.message}\n\n${USAGE}` : `✗ ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = isUsage ? 2 : 1;
}
