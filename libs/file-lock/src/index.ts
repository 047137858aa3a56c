export { makeContentsPrivate, makePrivate } from './private-folder';
export { withFileLock, type FileLockOptions } from './file-lock';
