/**
 * Orders suites for Jest: the largest first, so that none is left to end a run alone. Jest goes by what a suite took
 * the last time, or else by the size of its file. In a fresh clone no durations are known, and a suite of several files
 * (`import './part'`) counts as large as all of them together.
 */
const { readFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** The parts that a suite consists of: imported for what they do, not for what they export. */
const PART = /^import '(\.\/[\w-]+)';$/gm;

function sizeOf(path) {
  const text = readFileSync(path, 'utf8');
  const parts = [...text.matchAll(PART)].map(([, part]) => sizeOf(join(dirname(path), `${part}.ts`)));
  return parts.reduce((sum, size) => sum + size, text.length);
}

module.exports = class LargestSuiteFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    if (tests.every(({ duration }) => duration !== undefined)) return sorted;
    const sizes = new Map(tests.map(({ path }) => [path, sizeOf(path)]));
    return sorted.toSorted((one, other) => sizes.get(other.path) - sizes.get(one.path));
  }
};
