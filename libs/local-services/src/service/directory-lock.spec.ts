import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectoryInUseError, lockDirectory } from './directory-lock';

describe(lockDirectory.name, () => {
  const program = 'dist/tools/launcher/main.mjs';
  const running = () => Promise.resolve(`/usr/bin/node /opt/drivewatch/${program} --no-demo`);
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'directory-lock-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('refuses a folder that a running launcher uses, naming its process and the variable', async () => {
    await lockDirectory(dir, program, running);
    const second = lockDirectory(dir, program, running);
    await expect(second).rejects.toThrow(DirectoryInUseError);
    await expect(second).rejects.toThrow(new RegExp(`process ${process.pid}.*DRIVEWATCH_DIR`));
  });

  it('takes over from a launcher that was killed', async () => {
    await lockDirectory(dir, program, running);
    const noSuchProcess = () => Promise.resolve('');
    await expect(lockDirectory(dir, program, noSuchProcess)).resolves.toMatchObject({ tookOver: true });
  });

  it('takes over when its process id has passed to another program', async () => {
    await lockDirectory(dir, program, running);
    const anotherProgram = () => Promise.resolve('/usr/bin/vim notes.txt');
    await expect(lockDirectory(dir, program, anotherProgram)).resolves.toMatchObject({ tookOver: true });
  });

  it('takes over a mark that was cut short', async () => {
    await writeFile(join(dir, 'launcher.json'), '{"pid": 1');
    await expect(lockDirectory(dir, program, running)).resolves.toMatchObject({ tookOver: true });
  });

  it('says in one line that a file system is read-only, also of a folder deep in it', async () => {
    // Mounting requires root, and a container may refuse it even to root.
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', dir]).status === 0;
    if (!mounted) return;
    try {
      for (const folder of ['new', 'deep/new'])
        await expect(lockDirectory(join(dir, folder), program, running)).rejects.toThrow(
          /^\S+new cannot be written, its file system is read-only: .*DRIVEWATCH_DIR to another folder$/,
        );
    } finally {
      spawnSync('umount', [dir]);
    }
  });

  it('can be taken again after its release', async () => {
    const lock = await lockDirectory(join(dir, 'new'), program, running);
    await lock.release();
    await expect(lockDirectory(join(dir, 'new'), program, running)).resolves.toMatchObject({
      tookOver: false,
    });
  });
});
