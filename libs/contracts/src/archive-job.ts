/** The archive's queue and the only kind of job on it; its jobs carry no data. */
export const ARCHIVE_QUEUE = 'archive';
export const ARCHIVE_RECORDS_JOB = 'archive-records';
