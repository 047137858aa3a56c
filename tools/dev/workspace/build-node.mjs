/**
 * Bundles one Node program: `node tools/dev/workspace/build-node.mjs ENTRY OUT_FOLDER [--split]`; with `--split` it may
 * load parts of itself on demand.
 */
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { nodeBundle } from './node-bundle.mjs';

const [entry, outdir, split] = process.argv.slice(2);
if (!entry || !outdir || (split !== undefined && split !== '--split')) {
  console.error('usage: node tools/dev/workspace/build-node.mjs ENTRY OUT_FOLDER [--split]');
  process.exit(2);
}
const splitting = split !== undefined;
// The names of a split program's parts change with their content.
if (splitting) await rm(outdir, { recursive: true, force: true });
await build(nodeBundle({ entry, outdir, splitting }));
