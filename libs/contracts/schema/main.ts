import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { contract } from './contract';

/** Writes the contract to the file named on the command line: `node main.mjs FILE`. */
const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node main.mjs FILE');
await mkdir(dirname(file), { recursive: true });
await writeFile(file, `${JSON.stringify(contract, null, 2)}\n`);
