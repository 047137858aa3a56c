/**
 * Uses the lock in another process: `lock-holder.mjs FOLDER add COUNT` adds 1 to the number in FOLDER/number COUNT
 * times, reading and writing; `lock-holder.mjs FOLDER hold` reports that it holds the lock and never gives it back.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withFileLock } from '../src';

/** Only a hang takes so long, however busy the machine is. */
const HANG_MS = 240_000;

const [folder = '', what = '', count = '0'] = process.argv.slice(2);
const number = join(folder, 'number');
if (what === 'hold') {
  await withFileLock(folder, 'number', { waitLimitMs: HANG_MS }, async () => {
    process.stdout.write('holds\n');
    await sleep(600_000);
  });
}
for (let done = 0; done < Number(count); done += 1) {
  await withFileLock(folder, 'number', { waitLimitMs: HANG_MS }, async () => {
    const before = Number(await readFile(number, 'utf8'));
    await writeFile(number, String(before + 1));
  });
}
