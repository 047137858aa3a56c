import { isPermanentStoreError } from './store-error';

/** An item that PostgreSQL refuses for good, and the reason. */
export interface Refusal<T> {
  item: T;
  reason: string;
}

/**
 * Stores all items but those that can never be stored, which it finds by storing halves of a refused group: one bad
 * item among n costs about 2·log2(n) more statements.
 *
 * @param insert stores items, all or none, and resolves to how many were new
 * @throws the error of `insert` where another try can succeed; items stored by then stay stored
 */
export async function storeAllButRefused<T>(
  items: readonly T[],
  insert: (items: readonly T[]) => Promise<number>,
): Promise<{ stored: number; refused: Refusal<T>[] }> {
  const [first, ...more] = items;
  if (first === undefined) return { stored: 0, refused: [] };
  try {
    return { stored: await insert(items), refused: [] };
  } catch (error) {
    if (!isPermanentStoreError(error)) throw error;
    if (more.length === 0) return { stored: 0, refused: [{ item: first, reason: reasonOf(error) }] };
  }
  const middle = Math.ceil(items.length / 2);
  const left = await storeAllButRefused(items.slice(0, middle), insert);
  const right = await storeAllButRefused(items.slice(middle), insert);
  return { stored: left.stored + right.stored, refused: [...left.refused, ...right.refused] };
}

/** Returns the reason without the values that PostgreSQL quotes, because they are part of a record. */
const reasonOf = (error: unknown): string => {
  const { code, message } = error as { code: string; message?: string };
  return `PostgreSQL refuses it (${code}${message === undefined ? '' : `, ${message.replaceAll(/"[^"]*"/g, '"…"')}`})`;
};
