import type { ObjectStore } from '../src';

/** Returns all keys with a prefix, in the order in which the store lists them. */
export async function keysOf(store: ObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
}
