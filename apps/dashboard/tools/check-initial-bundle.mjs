/**
 * Fails the build when the JavaScript that must load before the page can start is too large over the wire:
 * `node check-initial-bundle.mjs BROWSER_FOLDER MAX_KILOBYTES`.
 *
 * Angular's budgets count uncompressed bytes. This counts what index.html names and everything those files import
 * statically, each compressed by gzip at its default level (1 kB = 1000 bytes); chunks that load on demand are left out.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const [folder, maxKilobytes] = process.argv.slice(2);
if (!folder || !(Number(maxKilobytes) > 0)) {
  console.error('usage: node check-initial-bundle.mjs BROWSER_FOLDER MAX_KILOBYTES');
  process.exit(2);
}

const namesIn = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1]);
// `import{a}from"./chunk.js"`, `import"./chunk.js"` and `export*from"./chunk.js"`, but not `import("./chunk.js")`.
const STATIC_IMPORT = /(?:\bfrom|\bimport)\s*"\.\/([^"]+\.js)"/g;
const html = readFileSync(join(folder, 'index.html'), 'utf8');
const queue = namesIn(html, /<(?:script|link)\b[^>]*(?:src|href)="([^"]+\.js)"/g);
if (queue.length === 0) {
  console.error(`${folder}/index.html names no script: is this the browser folder of the build?`);
  process.exit(1);
}

const sizes = new Map();
for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
  if (sizes.has(name)) continue;
  const source = readFileSync(join(folder, name));
  sizes.set(name, gzipSync(source).length);
  queue.push(...namesIn(source.toString('utf8'), STATIC_IMPORT));
}

const kilobytes = (bytes) => (bytes / 1000).toFixed(1);
const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
const summary = `initial JavaScript: ${kilobytes(total)} kB compressed in ${sizes.size} files (at most ${maxKilobytes} kB)`;
if (total > Number(maxKilobytes) * 1000) {
  console.error(`${summary}; too large:`);
  for (const [name, size] of [...sizes].sort((a, b) => b[1] - a[1]))
    console.error(`  ${kilobytes(size).padStart(7)} kB  ${name}`);
  process.exit(1);
}
console.log(summary);
