export {
  describeMadePrivate,
  DirectoryInUseError,
  type DirectoryLock,
  lockDirectory,
} from './directory-lock';
export {
  findEmbeddedPostgres,
  LAUNCHERS_POSTGRES,
  launchersPostgresDir,
  startEmbeddedPostgres,
} from './embedded-postgres';
export {
  type EmbeddedRedisOptions,
  findEmbeddedRedis,
  LAUNCHERS_REDIS,
  launchersRedisDir,
  startEmbeddedRedis,
} from './embedded-redis';
export { DataFolderError, namedFolderProblem } from './folder-problem';
export { freePort } from './free-port';
export { spawnGuarded, type ExitStatus, type GuardedProcess } from './guarded-process';
export {
  type LaunchersService,
  withLaunchersService,
  withLaunchersServices,
  type WithLaunchersServiceOptions,
} from './launchers-service';
export { commandLineOf } from './running-process';
export { SystemPostgres } from './system-postgres';
export { ensureProgram, SYSTEM_PROGRAMS, type SystemProgram } from './system-programs.mjs';
export type { EmbeddedService, EmbeddedServiceOptions } from './embedded-service';
export { createTemporaryServicesDir, type TemporaryDir } from './temporary-services-dir';
export { createTestDatabase, type TestDatabase } from './test-database';
export { startTestPostgres } from './test-postgres';
export { findPython, type Python } from './python/find-python';
export { requireJava, type Java } from './python/java';
export {
  ensurePythonEnvironment,
  type PythonEnvironment,
  type PythonEnvironmentOptions,
} from './python/python-environment';
export { makeContentsPrivate, makePrivate } from './folder/private-folder';
export { withFileLock, type FileLockOptions } from './folder/file-lock';
