/**
 * Prints what AsyncAPI's own parser finds wrong with a document, as JSON: `node parse-asyncapi.mjs NODE_MODULES
 * DOCUMENT`.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [packages, document] = process.argv.slice(2);
const { Parser } = createRequire(join(packages, 'any.js'))('@asyncapi/parser');
const { diagnostics } = await new Parser().parse(await readFile(document, 'utf8'));
console.log(JSON.stringify(diagnostics));
