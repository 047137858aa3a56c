/**
 * Lays out what the image of one app holds: `node tools/dev/workspace/app-image.mjs api|consumer OUT_FOLDER`. That is
 * the built app and those installed packages that it uses, at the versions of the lock file; nothing is downloaded.
 * Prints the number of packages and the bytes.
 */
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join } from 'node:path';

const EXTRA_FILES = { api: ['dist/apps/dashboard/browser'], consumer: [] };

const [app, out] = process.argv.slice(2);
if (!Object.hasOwn(EXTRA_FILES, app ?? '') || !out) {
  console.error('usage: node tools/dev/workspace/app-image.mjs api|consumer OUT_FOLDER');
  process.exit(2);
}

const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8'));
const ownDependencies = packages[''].dependencies;

/** Finds the packages that the bundles import; esbuild writes each as `from "x"`, `import "x"` or `import("x")`. */
async function importedPackages(folder) {
  const names = new Set();
  for (const file of await readdir(folder, { recursive: true })) {
    if (!file.endsWith('.mjs')) continue;
    const code = await readFile(join(folder, file), 'utf8');
    for (const [, specifier] of code.matchAll(/(?:\bfrom |\bimport |\bimport\()"([^"./][^"]*)"/g)) {
      const parts = specifier.split('/');
      const name = parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
      if (!name.startsWith('node:') && !builtinModules.includes(name)) names.add(name);
    }
  }
  return names;
}

/** Returns where Node finds a package that the package in this folder imports: in the nearest `node_modules` above. */
function locate(name, from) {
  const parts = from === '' ? [] : from.split(/(?:^|\/)node_modules\//).slice(1);
  for (let depth = parts.length; depth >= 0; depth -= 1) {
    const path = [...parts.slice(0, depth), name].map((part) => `node_modules/${part}`).join('/');
    if (packages[path]) return path;
  }
  return undefined;
}

/** Optional peers that packages name for their types alone; nothing loads them while the app runs. */
const TYPES_ONLY = ['typescript'];

/** Returns what a package needs; an optional peer counts when this project depends on it itself (pg, for typeorm). */
function neededBy({
  dependencies = {},
  optionalDependencies = {},
  peerDependencies = {},
  peerDependenciesMeta = {},
}) {
  const peers = Object.keys(peerDependencies).filter(
    (name) => !peerDependenciesMeta[name]?.optional || (ownDependencies[name] && !TYPES_ONLY.includes(name)),
  );
  return [...Object.keys(dependencies), ...Object.keys(optionalDependencies), ...peers];
}

const isInstalled = (path) =>
  stat(path).then(
    () => true,
    () => false,
  );
const reached = new Set();
const open = [...(await importedPackages(join('dist/apps', app)))].map((name) => locate(name, ''));
while (open.length > 0) {
  const path = open.pop();
  // Native packages for other platforms are in the lock file, but not in the folder.
  if (path === undefined || reached.has(path) || !(await isInstalled(path))) continue;
  reached.add(path);
  open.push(...neededBy(packages[path]).map((name) => locate(name, path)));
}

const isLeftOut = (name) => /\.(?:map|md|markdown|d\.[mc]?ts|tsbuildinfo)$/.test(name);

/** Copies files one after the other: in parallel, thousands of small files cost four times the processor time. */
function copyPackage(from, to) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    if (entry.isDirectory()) {
      // Packages nested in packages are found separately.
      if (entry.name !== 'node_modules') copyPackage(source, join(to, entry.name));
    } else if (!isLeftOut(entry.name)) {
      copyFileSync(source, join(to, entry.name));
    }
  }
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
for (const path of reached) copyPackage(path, join(out, path));
for (const path of [join('dist/apps', app), ...EXTRA_FILES[app]]) {
  await cp(path, join(out, path), { recursive: true });
}
await writeFile(join(out, 'package.json'), '{ "type": "module", "private": true }\n');

let bytes = 0;
for (const entry of await readdir(out, { recursive: true, withFileTypes: true })) {
  if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
}
const contents = [...reached].map(
  (path) => `${path.replace(/^.*node_modules\//, '')}@${packages[path].version}`,
);
await writeFile(join(out, 'CONTENTS.txt'), `${contents.sort().join('\n')}\n`);
console.log(`${app}: ${reached.size} packages, ${(bytes / 1e6).toFixed(1)} MB`);
