import type { ArchiveTotals } from '@drivewatch/persistence';

const MEGABYTE = 1_000_000;

/** Returns a text such as `12345 records in 3 files (1.2 MB)`. */
export function describeTotals({ records, files, bytes }: ArchiveTotals): string {
  return `${counted(records, 'record')} in ${counted(files, 'file')} (${(bytes / MEGABYTE).toFixed(1)} MB)`;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
