import { resolve } from 'node:path';
import { submitSummaries } from './submit-summaries';

/** This file is dist/tools/spark-submit/main.mjs. */
const summariesDir = resolve(import.meta.dirname, '../../../tools/summaries');

try {
  process.exitCode = await submitSummaries({
    args: process.argv.slice(2),
    summariesDir,
    onProgress: (message) => {
      console.error(message);
    },
  });
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
