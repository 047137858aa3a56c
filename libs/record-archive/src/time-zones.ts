import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import { ObjectChangedError, ObjectNotFoundError, type ObjectStore } from '@drivewatch/object-store';
import type { ZoneRun } from '@drivewatch/persistence';
import { TIME_ZONES_KEY } from './file-names';

/** Somebody else's change may come between reading and writing once or twice; if more often, something is wrong. */
const ATTEMPTS = 5;

type Entry = Partial<ZoneRun> & { readonly database?: unknown };

/** The content of the object; entries of other databases are kept as they are. */
interface Said {
  /** The runs of batches of each database. */
  readonly archived: readonly Entry[];
  readonly [others: string]: unknown;
}

/** The bucket's record of the zones in which one database's batches were written (docs/adr/0033). */
export class TimeZones {
  private current: { readonly etag: string | null; readonly said: Said } | undefined;

  /** @param database the database's id */
  constructor(
    private readonly store: ObjectStore,
    private readonly database: string,
  ) {}

  /**
   * Writes these zones of the database's batches into the bucket. Entries for batches that the database no longer
   * knows, because it was restored to an earlier moment, stay: their files may still be there, and no batch changes its
   * zone.
   *
   * @throws ObjectStoreError; Error when there is something else in the object's place
   */
  async say(runs: readonly ZoneRun[]): Promise<void> {
    const known = new Set(runs.flatMap(({ batches }) => batches));
    const isOwn = ({ database }: Entry): boolean => database === this.database;
    for (let attempt = 1; ; attempt += 1) {
      const { etag, said } = (this.current ??= await this.read());
      const before = said.archived.filter(isOwn);
      const forgotten = before.filter(({ batches = [] }) => batches.some((batch) => !known.has(batch)));
      const own = [...forgotten, ...runs.map((run) => ({ database: this.database, ...run }))];
      if (isDeepStrictEqual(before, own)) return;
      const others = said.archived.filter((entry) => !isOwn(entry));
      const next: Said = { ...said, archived: [...others, ...own] };
      try {
        const stored = await this.store.publish(TIME_ZONES_KEY, `${JSON.stringify(next)}\n`, {
          replaces: etag,
        });
        this.current = { etag: stored.etag, said: next };
        return;
      } catch (error) {
        if (!(error instanceof ObjectChangedError) || attempt === ATTEMPTS) throw error;
        this.current = undefined;
      }
    }
  }

  private async read(): Promise<{ readonly etag: string | null; readonly said: Said }> {
    try {
      const { body, etag } = await this.store.get(TIME_ZONES_KEY);
      return { etag, said: this.parse(await text(body)) };
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return { etag: null, said: { archived: [] } };
      throw error;
    }
  }

  private parse(json: string): Said {
    try {
      const said = JSON.parse(json) as Partial<Said>;
      const isObject = (entry: unknown): boolean => typeof entry === 'object' && entry !== null;
      if (Array.isArray(said.archived) && said.archived.every(isObject)) return said as Said;
    } catch {
      // This falls through to what both cases have in common.
    }
    throw new Error(
      `${this.store.url}/${TIME_ZONES_KEY} is not what the archive writes: restore it from the bucket's versions, or delete it; each database then says its zones again`,
    );
  }
}
