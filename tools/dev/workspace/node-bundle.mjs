/**
 * Says how a Node program is bundled. esbuild bundles the workspace's own code and leaves packages alone; files with
 * decorators go through swc first, because esbuild emits no `design:paramtypes`, which NestJS needs for injection.
 */
import { readFile } from 'node:fs/promises';
import { transform } from '@swc/core';

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

/**
 * @param {{ entry: string, outdir: string, splitting?: boolean }} program
 * @returns {import('esbuild').BuildOptions}
 */
export const nodeBundle = ({ entry, outdir, splitting = false }) => ({
  splitting,
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
