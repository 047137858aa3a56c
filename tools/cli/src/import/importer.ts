import { resolve } from 'node:path';
import { EXIT, readCommandLine, tellOfCommandLine } from '@drivewatch/config/command-line';
import { parseEnv, recordsBucketUrl, settings } from '@drivewatch/config';
import { openObjectStore } from '@drivewatch/object-store';
import { DETAIL_FILE_BYTES } from '@drivewatch/record-archive';
import * as z from 'zod';
import { warnOfCountingTwice } from './counted-twice';
import { createDetailRecordReader } from './detail-record-reader';
import { importFile, type ImportResult } from './import-file';
import { LOOKED_AT_ROWS } from './detail-record-check';
import { checkFile, type CheckedFile, type ImportPlan, planImport } from './import-plan';
import { megabytes, type Output, showProgress } from './progress';
import { SourceFile } from './source-file';

const PROGRAM_TEXT = {
  name: 'npm run import --',
  description: `
Puts detail-record files (CSV in UTF-8, 8 or 19 columns; also compressed with gzip) beside the archived records in
RECORDS_BUCKET, for the summaries. A header with column names is left out. A file whose content is already there,
under whatever name, is skipped. A large file becomes several objects, split at line ends.

The first ${LOOKED_AT_ROWS} rows of every file are tried first. If half of them or more are not records that POST /addData would
accept, or if anything in a file is not UTF-8, none of the files is imported. Do not import records that were also posted,
because they would count twice.

Ends with 0 when all files are in the bucket, 1 when one could not be imported, 2 when the command line was wrong, and
130 on Ctrl-C. Importing the same file again completes an import that ended early.`,
};

const environmentSchema = z.object({
  ...settings.fleetTimeZone,
  ...settings.privateBucket,
  ...settings.s3,
  /** npm runs scripts in the project's folder and puts the user's own folder here. */
  INIT_CWD: z.string().optional(),
});

export interface ImporterInput {
  args: readonly string[];
  /** Only tests pass anything but the process's own. */
  env?: NodeJS.ProcessEnv;
  /** Takes what the user asked for, such as the help. */
  stdout: Pick<NodeJS.WritableStream, 'write'>;
  /** Takes messages and progress. */
  output: Output;
  stop: AbortSignal;
  /** Only tests pass anything but the default. */
  partBytes?: number;
}

/** Runs the program without its process. @returns the exit code */
export async function runImporter(input: ImporterInput): Promise<number> {
  const { stdout, output } = input;
  try {
    const names = fileNames(input.args);
    await importFiles(names, input);
    return EXIT.done;
  } catch (error) {
    const code = tellOfCommandLine(error, { stdout, stderr: output });
    if (code !== undefined) return code;
    const reason = error instanceof Error ? error.message : String(error);
    output.write(
      `import: ${input.stop.aborted ? 'stopped; import the same files again to go on' : reason}\n`,
    );
    return EXIT.failed;
  }
}

/**
 * @throws UsageError
 * @throws HelpAsked
 */
function fileNames(args: readonly string[]): string[] {
  return readCommandLine<string[]>(args, PROGRAM_TEXT, (program, ask) => {
    program.argument('<files...>', 'detail-record files').action(ask);
  });
}

async function importFiles(names: readonly string[], input: ImporterInput): Promise<void> {
  const { output, stop: signal, partBytes = DETAIL_FILE_BYTES } = input;
  const config = parseEnv(environmentSchema, input.env);
  const store = openObjectStore(recordsBucketUrl(config), {
    s3Endpoint: config.S3_ENDPOINT,
    isPrivate: true,
  });
  const workingFolder = config.INIT_CWD ?? process.cwd();
  const reader = createDetailRecordReader(config.FLEET_TIME_ZONE, Date.now);
  const say = (line: string) => output.write(`import: ${line}\n`);
  const options = { signal, reader, partBytes, onWarning: say };
  // All files are checked first, so that a slip in one of many names is reported before anything is stored.
  const files: CheckedFile[] = [];
  for (const name of names)
    files.push(await checkFile(await SourceFile.find(name, resolve(workingFolder, name)), options));
  // Each file is read twice, or once if it is there already.
  const progress = showProgress(output, 2 * files.reduce((sum, { file }) => sum + file.size, 0));
  try {
    const plans: ImportPlan[] = [];
    for (const file of files) plans.push(await planImport(file, { ...options, onRead: progress.advance }));
    for (const line of await warnOfCountingTwice(plans, store)) progress.print(`import: ${line}`);
    for (const plan of plans) {
      const result = await importFile(plan, store, { signal, onRead: progress.advance });
      if (result.wasThere) progress.advance(plan.file.size);
      progress.print(describe(plan.file.name, result, store.url));
    }
  } finally {
    progress.stop();
  }
}

function describe(name: string, { key, parts, bytes, wasThere }: ImportResult, bucket: string): string {
  const more = parts === 1 ? '' : ` and ${parts - 1} more`;
  if (wasThere) return `${name}: there already, as ${bucket}/${key}${more}`;
  return `${name}: imported as ${bucket}/${key}${more} (${megabytes(bytes)} MB)`;
}
