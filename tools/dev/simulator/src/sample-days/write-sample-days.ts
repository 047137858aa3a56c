import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SAMPLE_DAYS, sampleFiles } from './sample-days';

/**
 * Writes the sample days' detail-record files into a folder, which is created if it does not exist.
 *
 * @returns a sentence that says what was written
 * @throws Error of the file system
 */
export async function writeSampleDays(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const files = sampleFiles();
  for (const { name, text } of files) await writeFile(join(folder, name), text);
  const records = files.reduce((sum, file) => sum + file.records, 0);
  return `Wrote ${records} records of ${SAMPLE_DAYS[0]} to ${SAMPLE_DAYS.at(-1) ?? ''} to ${files.length} files in ${resolve(folder)}`;
}
