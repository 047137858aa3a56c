import { resolve } from 'node:path';
import { EXIT, tellOfCommandLine } from '@drivewatch/config/command-line';
import { parseCommandLine } from './command-line';
import { makeApp } from './drivewatch-app';
import { runCdk } from './run-cdk';
import { SIZES } from './sizes';

/** This file is dist/tools/aws/main.mjs. */
const root = resolve(import.meta.dirname, '../../..');
const [first, ...rest] = process.argv.slice(2);

try {
  if (first === 'make-app') {
    // `cdk` runs this, with the size and the region of the command line that it was itself run with.
    const { size, region } = parseCommandLine(['synth', ...rest]);
    makeApp({ size: SIZES[size], region, root }).app.synth();
  } else {
    const commandLine = parseCommandLine(process.argv.slice(2));
    process.exitCode = await runCdk(commandLine, {
      root,
      program: resolve(import.meta.dirname, 'main.mjs'),
    });
  }
} catch (error) {
  process.exitCode = tellOfCommandLine(error, process) ?? tellOf(error);
}

function tellOf(error: unknown): number {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
  return EXIT.failed;
}
