import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ObjectStore, openObjectStore } from '@drivewatch/object-store';

interface Run {
  database: string;
  timeZone: string;
  from: string;
  to: string;
  batches: string[];
}

/** A private bucket that is a folder, and the means to read what is in it. */
export class BucketFolder {
  readonly store: ObjectStore;
  private constructor(readonly path: string) {
    this.store = openObjectStore(pathToFileURL(path).href);
  }

  static async create(): Promise<BucketFolder> {
    return new BucketFolder(await mkdtemp(join(tmpdir(), 'drivewatch-archive-')));
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true });
  }

  /** Returns the bucket's store with some methods replaced; the others do not call the replaced ones. */
  storeThat(own: Partial<ObjectStore>): ObjectStore {
    const publish = this.store.publish.bind(this.store);
    return Object.assign(Object.create(this.store) as ObjectStore, { publish, ...own });
  }

  /** Returns the files of records, by key. */
  async contents(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for await (const { key } of this.store.list('records/')) found.set(key, await this.read(key));
    return found;
  }

  /** Returns the drivers by the folder that their records are in. */
  async driversByFolder(): Promise<Record<string, string[]>> {
    const found: Record<string, string[]> = {};
    for (const [key, text] of await this.contents()) {
      const lines = text.split('\n').slice(0, -1);
      const drivers = lines.map((line) => line.split(',')[0] ?? '');
      (found[key.slice(0, key.lastIndexOf('/'))] ??= []).push(...drivers);
    }
    return found;
  }

  /** Returns the archive's entries on the zones that it has written in. */
  async zones(): Promise<{ archived: Run[] }> {
    return JSON.parse(await this.read('archive-time-zones.json')) as { archived: Run[] };
  }

  /** Returns the zones for each file's name, as the summaries job looks them up, and the file's first time. */
  async zonesOfFiles(): Promise<(string | undefined)[][]> {
    const { archived } = await this.zones();
    const found = [...(await this.contents())].map(([key, text]) => {
      const [, from = '', to = '', id = ''] = /batch-(\d+)-(\d+)-([0-9a-f]{8})-/.exec(key) ?? [];
      const runs = archived.filter((run) => run.batches.includes(id) && +run.from <= +from && +to <= +run.to);
      return [...runs.map(({ timeZone }) => timeZone), text.split(',')[7]];
    });
    return found.sort();
  }

  private read(key: string): Promise<string> {
    return readFile(join(this.path, key), 'utf8');
  }
}
