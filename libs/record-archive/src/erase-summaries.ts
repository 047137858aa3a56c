import { promisify } from 'node:util';
import { buffer } from 'node:stream/consumers';
import { gunzip } from 'node:zlib';
import { SUMMARY_MANIFEST_KEY } from '@drivewatch/contracts';
import type { ObjectStore } from '@drivewatch/object-store';

/** Gives the summaries job an order, which tools/summaries/drivewatch_summaries/forgetting.py reads. */
const FORGET_KEY = 'summaries/forget';
/** The job does not run while the object says this. */
const UNDER_WAY = 'under way\n';
/** The job's next run forgets everything that earlier runs have kept and published, and computes everything anew. */
const FORGET = 'forget\n';

/** The job's objects that are made of rows; all of them can be made again. */
const MADE_OF_ROWS = ['summaries/clean/', 'summaries/hours/', 'summaries/staging/', 'rejected/'];
const STATE_KEY = 'summaries/state.json';
const RUN = /^summaries\/run=[^/]+\//;
const DRIVERS_FILE = 'drivers.json.gz';

const unzip = promisify(gunzip);

/** Erases the summaries in both buckets, as far as they show a driver. */
export class SummariesErasure {
  constructor(
    private readonly records: ObjectStore,
    private readonly published: ObjectStore,
    private readonly driverId: string,
  ) {}

  /** Returns whether a run of this command was killed after it had begun to remove lines from files. */
  async isUnfinished(): Promise<boolean> {
    return (await this.wish()) === UNDER_WAY;
  }

  /** Returns whether the job has yet to compute everything anew. */
  async isWaitingForJob(): Promise<boolean> {
    return (await this.wish()) === FORGET;
  }

  /** Keeps the job from running, and from publishing what it has read, until {@link finish}. */
  async begin(): Promise<void> {
    await this.records.put(FORGET_KEY, UNDER_WAY);
  }

  /**
   * Deletes the job's objects that are made of rows and tells it to begin anew.
   *
   * @returns how many objects were deleted
   */
  async finish(): Promise<number> {
    let deleted = await this.deletePublished();
    // Nothing refers to the other objects without the state.
    if ((await this.records.head(STATE_KEY)) !== null) {
      await this.records.delete(STATE_KEY);
      deleted += 1;
    }
    for (const prefix of MADE_OF_ROWS) deleted += await deleteBelow(this.records, prefix);
    await this.records.put(FORGET_KEY, FORGET);
    // A run of the job that was just publishing has published by now.
    return deleted + (await this.deletePublished());
  }

  /** Returns the folders of published runs that show the driver, or that may. */
  async shownIn(): Promise<string[]> {
    const lists = new Map<string, boolean>();
    for await (const { key } of this.published.list('summaries/run=')) {
      const [folder] = RUN.exec(key) ?? [];
      if (folder === undefined) continue;
      lists.set(folder, (lists.get(folder) ?? false) || key === `${folder}${DRIVERS_FILE}`);
    }
    const shown: string[] = [];
    for (const [folder, hasList] of lists)
      if (!hasList || (await this.isListedIn(folder))) shown.push(folder);
    return shown;
  }

  private async deletePublished(): Promise<number> {
    const folders = await this.shownIn();
    if (folders.length === 0) return 0;
    // Readers should find no summaries rather than half of them.
    await this.published.delete(SUMMARY_MANIFEST_KEY);
    let deleted = 1;
    for (const folder of folders) deleted += await deleteBelow(this.published, folder);
    return deleted;
  }

  private async isListedIn(folder: string): Promise<boolean> {
    const bytes = await buffer((await this.published.get(`${folder}${DRIVERS_FILE}`)).body);
    const text = await unzip(bytes).catch(() => null);
    if (text === null) return true;
    const drivers = JSON.parse(text.toString()) as [id: string, plate: string][];
    return drivers.some(([id]) => id === this.driverId);
  }

  private async wish(): Promise<string | null> {
    if ((await this.records.head(FORGET_KEY)) === null) return null;
    return (await buffer((await this.records.get(FORGET_KEY)).body)).toString();
  }
}

async function deleteBelow(store: ObjectStore, prefix: string): Promise<number> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  for (const key of keys) await store.delete(key);
  return keys.length;
}
