import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DOCUMENT_FILES, toFileText } from './documents';

/** Writes the documents to a given folder: `node write-documents.mjs FOLDER`. */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node write-documents.mjs FOLDER');
for (const [name, document] of Object.entries(DOCUMENT_FILES)) {
  await writeFile(join(folder, name), toFileText(document));
}
