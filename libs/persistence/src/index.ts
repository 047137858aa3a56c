import 'reflect-metadata';

export { ArchiveBatchEntity } from './archive-batch.entity';
export { ArchiveRepository, ArchiveUnderWayError } from './archive.repository';
export { type DroppedDays } from './archive-old-days';
export { type ArchiveRestore, type FinishedBatch } from './archive-restore';
export { type ArchiveSession } from './archive-session';
export {
  type ArchiveBatch,
  type ArchivedFileNote,
  type ArchivedRecord,
  type ArchivePlan,
  type ArchiveTotals,
  type BucketCheck,
  type ExpectedFiles,
  type ZoneRun,
} from './archive-types';
export {
  AuditEventRepository,
  type AuditSearch,
  commandActor,
  type NewAuditEvent,
  recordAuditEvent,
} from './audit-event.repository';
export { createDataSource, type DataSourceOptions, migrate, migrateTo, MIGRATION_NAMES } from './data-source';
export { type CopiedTable, type DatabaseContents, type TableShape } from './database-contents';
export { type DatabaseFiller, type OpenRows } from './database-filler';
export { type DatabaseReader, type WriteRows } from './database-reader';
export { Database, type DatabaseOptions } from './database';
export { DashboardUserEntity } from './dashboard-user.entity';
export { DashboardUserRepository, UserExistsError } from './dashboard-user.repository';
export { DeviceKeyEntity } from './device-key.entity';
export {
  type DeviceKey,
  type DeviceKeyChanges,
  DeviceKeyRepository,
  type KeyRotation,
  type NewDeviceKey,
  NO_KEYS_SEEN,
} from './device-key.repository';
export { DriverErasure, ERASED_NAME, type NamingKey, type ShrunkFile } from './driver-erasure';
export { DriveBreakRepository, type FoundBreak, type SpellStart } from './drive-break.repository';
export {
  type DeviceRecordId,
  DeviceRecordIdRepository,
  isAnotherRecord,
} from './device-record-id.repository';
export { DrivingRecordEntity } from './driving-record.entity';
export { DrivingRecordRepository } from './driving-record.repository';
export { lastStoredAtMs } from './last-stored';
export {
  isCursor,
  LiveSpeedRepository,
  type StoredSpeed,
  type Tick,
  type TickPosition,
} from './live-speed.repository';
export { type PartitionStep, RecordPartitionRepository } from './record-partition.repository';
export {
  type DriverRemovals,
  type ListedDriver,
  NO_REMOVALS_SEEN,
  type RemovedDriver,
  RemovedDriverRepository,
} from './removed-driver.repository';
export { newerSchemaWarning, type SchemaState, SchemaTooNewError } from './schema-state';
export { refuseNewerSchema, SchemaWatch } from './schema-watch';
export { type Refusal, storeAllButRefused } from './store-all-but-refused';
export { isPermanentStoreError } from './store-error';
export { TickCursorEntity } from './tick-cursor.entity';
