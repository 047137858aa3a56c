import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DOCUMENT_FILES, toFileText } from '../src';

/** Writes the documents to the folder named: `node main.mjs FOLDER`. */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node main.mjs FOLDER');
for (const [name, document] of Object.entries(DOCUMENT_FILES)) {
  await writeFile(join(folder, name), toFileText(document));
}
