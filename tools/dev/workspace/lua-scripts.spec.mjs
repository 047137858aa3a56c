import { glob, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { workspaceRoot } from './paths.mjs';

/** The header is the first comment; all code comes after it. */
const HEADER = /^--\[\[\n(.*?)\n\]\]\n/s;

const paths = [];
for await (const path of glob('{apps,libs,tools}/**/*.lua', { cwd: workspaceRoot })) paths.push(path);

/** Returns the numbers in `KEYS[1]`, `KEYS[2]` or `ARGV[1]`, each once and in order. */
const numbersOf = (list, text) =>
  [
    ...new Set(
      [...text.matchAll(new RegExp(`${list}\\[(\\d+)\\]`, 'g'))].map(([, number]) => Number(number)),
    ),
  ].sort((a, b) => a - b);
const upTo = (count) => Array.from({ length: count }, (_, index) => index + 1);

it('finds the Lua scripts', () => {
  expect(paths.map((path) => basename(path))).toContain('change-alert-9.lua');
});

describe.each(paths)('%s', (path) => {
  const read = async () => {
    const text = await readFile(join(workspaceRoot, path), 'utf8');
    const [whole = '', header = ''] = HEADER.exec(text) ?? [];
    return { header, code: text.slice(whole.length) };
  };
  const keyCount = /-(\d+|n)\.lua$/.exec(path)?.[1];

  it('has the number of its keys in its name, or `n` where it takes as many as there are', async () => {
    const { code } = await read();
    if (keyCount === 'n') expect(code).toContain('#KEYS');
    else expect(numbersOf('KEYS', code)).toEqual(upTo(Number(keyCount)));
  });

  it('says in its header what its inputs and its output are', async () => {
    const { header, code } = await read();
    expect(header).toContain('\n  Input');
    expect(header).toContain('\n  Output:\n');
    for (const list of ['KEYS', 'ARGV'])
      expect(numbersOf(list, header)).toEqual(expect.arrayContaining(numbersOf(list, code)));
    // A gap in the numbers means that an input was forgotten.
    for (const list of ['KEYS', 'ARGV'])
      expect(numbersOf(list, header)).toEqual(upTo(numbersOf(list, header).length));
  });
});
