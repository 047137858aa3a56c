/** Puts an object whose body never ends, `node dying-writer.mjs FOLDER KEY`, and reports when some of it is written. */
import { setTimeout as sleep } from 'node:timers/promises';
import { FolderStore } from '../src/folder/folder-store';

const [folder = '', key = ''] = process.argv.slice(2);

async function* endless(): AsyncGenerator<Uint8Array> {
  for (let count = 1; ; count += 1) {
    yield Buffer.alloc(1024 * 1024, 'x');
    if (count === 5) process.stdout.write('half way\n');
    if (count > 5) await sleep(100);
  }
}

await new FolderStore(folder).put(key, endless());
