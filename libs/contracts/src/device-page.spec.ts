import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WIRE_FIELD_NAMES, WIRE_FLAG_NAMES } from './wire-record';

describe('docs/devices.md', () => {
  const page = readFileSync(join(__dirname, '../../../docs/devices.md'), 'utf8');
  const [, section = ''] = page.split('## What a record says');
  const [table = ''] = section.trimStart().split('\n\n');
  const rows = table
    .split('\n')
    .slice(2)
    .map((row) => row.split('|').map((cell) => cell.trim()));

  it('has a row for each field of a record, in their order', () => {
    expect(rows.map(([, name]) => /^`(\w+)`/.exec(name ?? '')?.[1])).toEqual(WIRE_FIELD_NAMES);
  });

  it('says of each field what it means, its unit or form, and when to send it', () => {
    for (const row of rows)
      expect(row).toEqual(['', ...Array<unknown>(4).fill(expect.stringMatching(/\w/)), '']);
  });

  it('knows the flags, each with a meaning of its own', () => {
    const flags = rows.filter(([, , , form]) => form === 'flag');
    expect(flags.map(([, name]) => name)).toEqual(WIRE_FLAG_NAMES.map((name) => `\`${name}\``));
    expect(new Set(flags.map(([, , meaning]) => meaning)).size).toBe(WIRE_FLAG_NAMES.length);
  });
});
