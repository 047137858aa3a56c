import { DataFolderError, namedFolderProblem } from './folder-problem';

const DIR = '/srv/drivewatch';
const systemError = (code: string, path: string): Error =>
  Object.assign(new Error(`${code}: mkdir '${path}'`), { code, path });

describe(namedFolderProblem.name, () => {
  it('says that the disk is full, and what to do, of an error that names no file', () => {
    const said = namedFolderProblem(Object.assign(new Error('ENOSPC: write'), { code: 'ENOSPC' }), DIR);
    expect(said).toBeInstanceOf(DataFolderError);
    expect(said?.message).toMatch(
      /^\/srv\/drivewatch cannot be written, its disk is full: .*DRIVEWATCH_DIR.*$/,
    );
  });

  it.each([
    'initdb: error: could not write to file "base/1/1259": No space left on device',
    'Redis ended while starting:\n# Disk quota exceeded',
  ])('finds a full disk in what a server printed: %s', (output) => {
    expect(namedFolderProblem(new Error(output), DIR)?.message).toMatch(/its disk is full/);
  });

  it.each([
    ['EROFS', 'its file system is read-only'],
    ['EACCES', 'this user may not write there'],
  ])('says of %s that %s', (code, reason) => {
    const said = namedFolderProblem(systemError(code, `${DIR}/postgres`), DIR)?.message;
    expect(said).toContain(`${DIR} cannot be written, ${reason}`);
    expect(said).not.toContain('\n');
  });

  it('leaves alone what has another cause, or is elsewhere', () => {
    for (const error of [
      systemError('ENOENT', `${DIR}/postgres`),
      systemError('EROFS', '/usr/lib/postgresql'),
      new Error('the port is taken'),
    ])
      expect(namedFolderProblem(error, DIR)).toBeUndefined();
  });
});
