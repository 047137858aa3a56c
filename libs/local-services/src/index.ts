export {
  describeMadePrivate,
  DirectoryInUseError,
  type DirectoryLock,
  lockDirectory,
} from './service/directory-lock';
export {
  findEmbeddedPostgres,
  LAUNCHERS_POSTGRES,
  launchersPostgresDir,
  startEmbeddedPostgres,
} from './postgres/embedded-postgres';
export {
  type EmbeddedRedisOptions,
  findEmbeddedRedis,
  LAUNCHERS_REDIS,
  launchersRedisDir,
  startEmbeddedRedis,
} from './service/embedded-redis';
export { DataFolderError, namedFolderProblem } from './folder/folder-problem';
export { freePort } from './process/free-port';
export { spawnGuarded, type ExitStatus, type GuardedProcess } from './process/guarded-process';
export {
  type LaunchersService,
  withLaunchersService,
  withLaunchersServices,
  type WithLaunchersServiceOptions,
} from './service/launchers-service';
export { commandLineOf } from './process/running-process';
export { SystemPostgres } from './postgres/system-postgres';
export { ensureProgram, SYSTEM_PROGRAMS, type SystemProgram } from './process/system-programs.mjs';
export type { EmbeddedService, EmbeddedServiceOptions } from './service/embedded-service';
export { createTemporaryServicesDir, type TemporaryDir } from './service/temporary-services-dir';
export { createTestDatabase, type TestDatabase } from './postgres/test-database';
export { startTestPostgres } from './postgres/test-postgres';
export { findPython, type Python } from './python/find-python';
export { requireJava, type Java } from './python/java';
export {
  ensurePythonEnvironment,
  type PythonEnvironment,
  type PythonEnvironmentOptions,
} from './python/python-environment';
export { makeContentsPrivate, makePrivate } from './folder/private-folder';
export { withFileLock, type FileLockOptions } from './folder/file-lock';
