import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** How often a holder shows that it is alive. */
export const HEARTBEAT_MS = 5_000;
/** A holder that has been silent for this long is dead, whatever else runs under its process id. */
const SILENCE_LIMIT_MS = 30_000;

/**
 * The files of one lock: `NAME.1.lock`, `NAME.2.lock`, … Only the highest number counts. A released lock is empty.
 *
 * Numbers only grow, so that two processes that both find the lock of a dead one cannot both take it over: only one of
 * them can make the file with the next number.
 */
export class LockFiles {
  constructor(
    private readonly folder: string,
    private readonly name: string,
  ) {}

  /** Takes the lock if it is free. @returns its number, or null while another process holds it */
  async tryTake(): Promise<number | null> {
    const [highest = 0] = await this.numbers();
    if (highest > 0 && !(await this.isFree(highest))) return null;
    const mine = highest + 1;
    if (!(await this.create(mine))) return null;
    const [first, ...older] = await this.numbers();
    if (first !== mine) {
      // The number had been used and removed after this process looked; a higher one exists.
      await rm(this.file(mine), { force: true });
      return null;
    }
    await Promise.all(older.map((number) => rm(this.file(number), { force: true })));
    return mine;
  }

  async showLife(number: number): Promise<void> {
    const now = new Date();
    await utimes(this.file(number), now, now);
  }

  async release(number: number): Promise<void> {
    await truncate(this.file(number));
  }

  private file(number: number): string {
    return join(this.folder, `${this.name}.${number}.lock`);
  }

  /** Returns the numbers, highest first. */
  private async numbers(): Promise<number[]> {
    const start = `${this.name}.`;
    return (await readdir(this.folder))
      .filter((file) => file.startsWith(start) && /^\d+\.lock$/.test(file.slice(start.length)))
      .map((file) => Number.parseInt(file.slice(start.length)))
      .sort((a, b) => b - a);
  }

  /** Creates the file together with its content, by a link. @returns false when it exists already */
  private async create(number: number): Promise<boolean> {
    const draft = join(this.folder, `${this.name}.${randomUUID()}.part`);
    await writeFile(draft, `${process.pid} ${hostname()}`, { flag: 'wx', mode: 0o600 });
    try {
      await link(draft, this.file(number));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
  }

  private async isFree(number: number): Promise<boolean> {
    try {
      const owner = await readFile(this.file(number), 'utf8');
      if (owner === '') return true;
      const [pid, host] = owner.split(' ');
      if (host === hostname() && !isRunning(Number(pid))) return true;
      return (await stat(this.file(number))).mtimeMs < Date.now() - SILENCE_LIMIT_MS;
    } catch (error) {
      // Another process has taken the lock since then, and removed this file.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
