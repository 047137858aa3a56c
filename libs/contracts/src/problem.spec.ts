import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROBLEM_CODES } from './problem';

describe('docs/errors.md', () => {
  it('explains exactly the codes that there are', () => {
    const text = readFileSync(join(__dirname, '../../../docs/errors.md'), 'utf8');
    const explained = [...text.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code]) => code);
    expect(explained.sort()).toEqual([...PROBLEM_CODES].sort());
  });
});
