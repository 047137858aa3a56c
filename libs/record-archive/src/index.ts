export { afterRestore, type AfterRestoreOptions } from './after-restore';
export { archiveRecords, type ArchivedFile, type ArchiveOptions } from './archive-records';
export { ArchiveUnderWayError, type ArchiveTotals } from '@drivewatch/persistence';
export { describeTotals } from './describe-totals';
export { DETAIL_FILE_BYTES } from './detail-file-bytes';
export { dropArchivedDays } from './drop-archived-days';
export { type ErasedFromStores, eraseDriver, type ErasureOptions } from './erase-driver';
