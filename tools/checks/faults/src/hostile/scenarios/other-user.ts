import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createTemporaryServicesDir, lockDirectory } from '@drivewatch/local-services';
import { openObjectStore } from '@drivewatch/object-store';
import { require } from '../../scenarios/watch';
import type { SizedScenario } from '../hostile-scenario';

/** Nobody on this machine has these ids, and no service runs under them. */
const STRANGER = { uid: 54_321, gid: 54_321 };
const SECRET = 'driver-4711 at 31.2 N 121.4 E';
const EVERYBODYS = { folder: 0o755, file: 0o644 };

/** Where Drivewatch has run, another user of the machine can read nothing, neither what was there nor what comes. */
export const otherUser: SizedScenario = () => ({
  name: 'other-user',
  what: 'another user of the machine reads the private bucket, as it was before and as it is written now',
  act: async ({ note }) => {
    const temporary = await createTemporaryServicesDir();
    try {
      const data = join(temporary.dir, '.drivewatch');
      const bucket = join(data, 'records-bucket');
      const [old, fresh] = [join(bucket, 'old.csv'), join(bucket, 'day/new.csv')];
      mkdirSync(bucket, { recursive: true });
      writeFileSync(old, SECRET);
      for (const folder of [data, bucket]) chmodSync(folder, EVERYBODYS.folder);
      chmodSync(old, EVERYBODYS.file);
      const lock = await lockDirectory(data, 'other-user');
      await lock.release();
      await openObjectStore(pathToFileURL(bucket).href, { isPrivate: true }).put('day/new.csv', SECRET);
      note(`${lock.madePrivate} files and folders were corrected`);
      const { stdout: open } = spawnSync('find', [bucket, '-perm', '/077'], { encoding: 'utf8' });
      require(open === '', `nothing to be open to others, but: ${open}`);
      for (const file of [old, fresh]) {
        if (process.getuid?.() !== 0) continue;
        const { stdout } = spawnSync('cat', [file], { ...STRANGER, encoding: 'utf8' });
        require(!stdout.includes(SECRET), `${file} not to be read by another user`);
      }
      if (process.getuid?.() !== 0) note('only the modes were looked at: only root can read as another user');
    } finally {
      await temporary.remove();
    }
  },
});
