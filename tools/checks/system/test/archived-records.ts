import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const LINE_FEED = 10;

/** Returns the rows of the archive's files: each driver, with the name of the folder that the row is in. */
export async function archivedRows(bucketFolder: string): Promise<{ day: string; driver: string }[]> {
  const rows: { day: string; driver: string }[] = [];
  for await (const file of glob('records/date=*/*.csv', { cwd: bucketFolder })) {
    const day = file.split('/')[1]?.slice('date='.length) ?? '';
    const lines = (await readFile(join(bucketFolder, file), 'utf8')).split('\n');
    for (const line of lines.slice(0, -1)) rows.push({ day, driver: line.split(',')[0] ?? '' });
  }
  return rows;
}

/** Returns the lines of the archive's files, without their line ends. */
export async function archivedLines(bucketFolder: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const file of glob('records/date=*/*.csv', { cwd: bucketFolder }))
    for (const line of (await readFile(join(bucketFolder, file), 'utf8')).split('\n').slice(0, -1))
      lines.push(line);
  return lines;
}

/** Returns how many rows the archive has; it is cheap, because it is called again and again. */
export async function countArchivedRows(bucketFolder: string): Promise<number> {
  let count = 0;
  for await (const file of glob('records/date=*/*.csv', { cwd: bucketFolder })) {
    const bytes = await readFile(join(bucketFolder, file));
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, end + 1)) count += 1;
  }
  return count;
}
