import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROBLEMS } from './problem';

describe('docs/errors.md', () => {
  it('explains exactly the codes that there are, each with its status', () => {
    const text = readFileSync(join(__dirname, '../../../docs/errors.md'), 'utf8');
    const explained = [...text.matchAll(/^\| `([A-Z_]+)` +\| (\d+) /gm)].map(
      ([, code, status]) => `${code ?? ''} ${status ?? ''}`,
    );
    const known = Object.entries(PROBLEMS).map(([code, { status }]) => `${code} ${status}`);
    expect(explained.sort()).toEqual(known.sort());
  });
});
