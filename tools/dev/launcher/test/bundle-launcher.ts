import { join, resolve } from 'node:path';
import { build } from 'esbuild';

export const workspaceRoot = resolve(__dirname, '../../../..');

/**
 * Bundles a program of the launcher into a checkout that a test has made.
 *
 * @param entry relative to the launcher's sources
 * @param outfile the program's path
 */
export async function bundleLauncher(entry: string, outfile: string): Promise<void> {
  const { errors } = await build({
    entryPoints: [join(workspaceRoot, 'tools/dev/launcher/src', entry)],
    outfile,
    bundle: true,
    logLevel: 'silent',
    platform: 'node',
    format: 'esm',
    packages: 'external',
    loader: { '.lua': 'text' },
    // Entities carry decorators that esbuild alone does not translate; the schema has tests of its own.
    alias: { '@drivewatch/persistence': join(__dirname, 'stand-in-persistence.ts') },
    tsconfig: join(workspaceRoot, 'tsconfig.base.json'),
  });
  if (errors.length > 0) throw new Error('The launcher does not build');
}
