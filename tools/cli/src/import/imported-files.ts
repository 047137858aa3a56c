import type { ObjectStore } from '@drivewatch/object-store';

const FOLDER = 'records/import/';
const KEY = /^records\/import\/(.+)-([0-9a-f]{16})(?:-(\d+)of(\d+))?\.csv$/;
/** This many digits of a content's hash tell it from all others. */
const HASH_DIGITS = 16;

/** The objects that one content has become, or is becoming. */
export interface ImportedFile {
  /** The title of the file that it was imported from. */
  readonly title: string;
  /** How many objects there are when the import is complete. */
  readonly partCount: number;
  /** The numbers of the parts that exist, counted from 1. */
  readonly parts: ReadonlySet<number>;
}

/**
 * Returns the key of a part, which describes the part: for example part 2 of 3 of the content that has this hash.
 *
 * @param number counted from 1
 */
export function partKey(title: string, sha256: string, number: number, partCount: number): string {
  const part = partCount === 1 ? '' : `-${number}of${partCount}`;
  return `${FOLDER}${title}-${sha256.slice(0, HASH_DIGITS)}${part}.csv`;
}

/** Returns what has been imported of a content; the most complete import if there are several. */
export async function findImported(store: ObjectStore, sha256: string): Promise<ImportedFile | undefined> {
  const found = new Map<string, { title: string; partCount: number; parts: Set<number> }>();
  for await (const { key } of store.list(FOLDER)) {
    const [, title = '', hash, number = '1', count = '1'] = KEY.exec(key) ?? [];
    if (hash !== sha256.slice(0, HASH_DIGITS)) continue;
    const id = `${title} ${count}`;
    const file = found.get(id) ?? { title, partCount: Number(count), parts: new Set() };
    found.set(id, file);
    file.parts.add(Number(number));
  }
  return [...found.values()].sort((a, b) => b.parts.size / b.partCount - a.parts.size / a.partCount)[0];
}

/** Tells whether no part is missing. */
export const isComplete = ({ parts, partCount }: ImportedFile): boolean => parts.size === partCount;
