import type { ObjectBody, ObjectStore, StoredObject } from '@drivewatch/object-store';

/** A bucket whose writer dies at one of its writes, before it or just after it. */
export class DyingStore implements ObjectStore {
  readonly url: string;

  constructor(
    private readonly store: ObjectStore,
    private lives: number,
    private readonly isEffective: boolean,
  ) {
    this.url = store.url;
  }

  put(key: string, body: ObjectBody): Promise<StoredObject> {
    return this.write(() => this.store.put(key, body));
  }

  delete(key: string): Promise<void> {
    return this.write(() => this.store.delete(key));
  }

  get(...args: Parameters<ObjectStore['get']>): ReturnType<ObjectStore['get']> {
    return this.store.get(...args);
  }

  head(key: string): ReturnType<ObjectStore['head']> {
    return this.store.head(key);
  }

  list(prefix: string): ReturnType<ObjectStore['list']> {
    return this.store.list(prefix);
  }

  publish(...args: Parameters<ObjectStore['publish']>): ReturnType<ObjectStore['publish']> {
    return this.write(() => this.store.publish(...args));
  }

  private async write<T>(work: () => Promise<T>): Promise<T> {
    this.lives -= 1;
    if (this.lives >= 0) return work();
    if (this.lives === -1 && this.isEffective) await work();
    throw new Error('killed');
  }
}
