/**
 * Bundles one Node program: `node tools/dev/workspace/build-node.mjs ENTRY OUT_FOLDER [--split]`, split where it loads parts of
 * itself when they are needed.
 * esbuild bundles the workspace's own code and leaves packages alone; files with decorators go through swc first,
 * because esbuild emits no `design:paramtypes` and NestJS injects by them.
 */
import { readFile, rm } from 'node:fs/promises';
import { transform } from '@swc/core';
import { build } from 'esbuild';

const [entry, outdir, split] = process.argv.slice(2);
if (!entry || !outdir || (split !== undefined && split !== '--split')) {
  console.error('usage: node tools/dev/workspace/build-node.mjs ENTRY OUT_FOLDER [--split]');
  process.exit(2);
}

const decorators = {
  name: 'decorators',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/, namespace: 'file' }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!/^\s*@[A-Z]\w*\(/m.test(source)) return undefined;
      const { code } = await transform(source, {
        filename: path,
        sourceMaps: 'inline',
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          target: 'es2023',
        },
      });
      return { contents: code, loader: 'js' };
    });
  },
};

// The names of a split program's parts change with their content.
if (split !== undefined) await rm(outdir, { recursive: true, force: true });
await build({
  splitting: split !== undefined,
  entryPoints: { main: entry },
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  packages: 'external',
  sourcemap: true,
  tsconfig: 'tsconfig.base.json',
  logLevel: 'warning',
  loader: { '.lua': 'text' },
  plugins: [decorators],
});
