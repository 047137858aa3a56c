import type { ObjectStore } from '@drivewatch/object-store';
import { ContentChangedError, PartReader } from './content-plan';
import { ImportError } from './import-error';
import { afterHeader, type ImportPlan } from './import-plan';
import { findImported, isComplete, partKey } from './imported-files';
import type { ReadOptions } from './source-file';

/** The outcome for a file. */
export interface ImportResult {
  /** The key of its first object. */
  readonly key: string;
  readonly parts: number;
  /** The size of the content. */
  readonly bytes: number;
  /** Whether all of it was there already. */
  readonly wasThere: boolean;
}

/**
 * Puts a file's content into the bucket, unless it is there already under any name. An interrupted import is completed:
 * only the missing parts are stored.
 *
 * The content is read once more, because its hash is part of the names.
 *
 * @throws ImportError, ObjectStoreError, the signal's reason
 */
export async function importFile(
  { file, sha256, parts, headerBytes }: ImportPlan,
  store: ObjectStore,
  options: ReadOptions,
): Promise<ImportResult> {
  const imported = await findImported(store, sha256);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const title = imported?.title ?? file.title;
  const partCount = imported !== undefined && isComplete(imported) ? imported.partCount : parts.length;
  const result = { key: partKey(title, sha256, 1, partCount), parts: partCount, bytes };
  if (imported !== undefined && isComplete(imported)) return { ...result, wasThere: true };

  const there = imported?.partCount === parts.length ? imported.parts : new Set<number>();
  const content = afterHeader(file.content(options), headerBytes);
  const reader = new PartReader(content);
  try {
    for (const [index, part] of parts.entries()) {
      if (there.has(index + 1)) await reader.skip(part);
      else await store.put(partKey(title, sha256, index + 1, parts.length), reader.part(part));
    }
  } catch (error) {
    if (!(error instanceof ContentChangedError)) throw error;
    throw new ImportError(`${file.name}: was changed while it was imported; import it again`, {
      cause: error,
    });
  } finally {
    // The last piece is not always the end of the file, where the file would be closed.
    await content.return();
  }
  return { ...result, wasThere: false };
}
