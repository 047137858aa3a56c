/**
 * Thrown when the folder that DRIVEWATCH_DIR names cannot be used; the message says why and what to do, in one line.
 */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

const OTHER_FOLDER = 'or set DRIVEWATCH_DIR to another folder';
const FULL = `its disk is full: make room, ${OTHER_FOLDER}`;
const REASONS: Readonly<Record<string, string>> = {
  EACCES: `this user may not write there: change its owner or mode, ${OTHER_FOLDER}`,
  EPERM: `this user may not write there: change its owner or mode, ${OTHER_FOLDER}`,
  EROFS: `its file system is read-only: mount it for writing, ${OTHER_FOLDER}`,
  ENOTDIR: `it, or a folder above it, is a file: move that away, ${OTHER_FOLDER}`,
  EEXIST: `it is a file: move that away, ${OTHER_FOLDER}`,
  ENOSPC: FULL,
  EDQUOT: FULL,
};
/** Matches the words of servers and initdb, whose output is the only place that shows it. */
const FULL_TEXT = /no space left on device|disk quota exceeded/i;

/**
 * Works out from an error what is wrong with a data folder.
 *
 * @returns the error to show instead; undefined when the folder is not the cause
 */
export function namedFolderProblem(error: unknown, dir: string): DataFolderError | undefined {
  if (error instanceof DataFolderError) return undefined;
  const { code, path, message = '' } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  const isInside = path === undefined || path.startsWith(dir) || dir.startsWith(path);
  const reason = FULL_TEXT.test(message) ? FULL : isInside && code !== undefined ? REASONS[code] : undefined;
  if (reason === undefined) return undefined;
  return new DataFolderError(`${dir} cannot be written, ${reason}`, { cause: error });
}
