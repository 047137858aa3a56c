import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROBLEMS } from './problem';
import { RECORD_WARNINGS } from './record-warning';

const readPage = (name: string): string => readFileSync(join(__dirname, '../../../docs', name), 'utf8');
const entries = Object.entries(PROBLEMS);

describe('docs/errors.md', () => {
  it('explains exactly the codes that there are, each with its status, what is kept and when to send again', () => {
    const rows = readPage('errors.md').matchAll(/^\| `([A-Z_]+)` +\| (\d+) +\| `?(\w+)`? +\| (\w+) /gm);
    const explained = [...rows].map(([, ...cells]) => cells.join(' '));
    const known = entries.map(([code, { status, kept, again }]) =>
      [code, status, kept === 'counted' ? 'accepted' : kept, again].join(' '),
    );
    expect(explained.sort()).toEqual(known.sort());
  });

  it('explains exactly the warnings that there are, each with its fields', () => {
    const rows = readPage('errors.md').matchAll(/^\| `([A-Z_]+)` +\| ((?:`\w+`(?:, )?)+) +\|/gm);
    const explained = [...rows].flatMap(([, code = '', fields = '']) =>
      [...fields.matchAll(/\w+/g)].map(([field]) => `${code} ${field}`),
    );
    const known = Object.values(RECORD_WARNINGS).map(({ code, field }) => `${code} ${field}`);
    expect(explained.sort()).toEqual(known.sort());
  });
});

describe('docs/devices.md', () => {
  /** A proxy in front of the API answers with these when the API is away; Drivewatch itself never does. */
  const OF_PROXIES = [502, 504];

  it('lets its clients send again after exactly the answers after which that helps', () => {
    const lists = [...readPage('devices.md').matchAll(/[([](408(?:, \d{3})+)[)\]]/g)].map(([, list = '']) =>
      list.split(', ').map(Number),
    );
    const helps = new Set(entries.flatMap(([, { status, again }]) => (again === 'same' ? [status] : [])));
    const wanted = [...helps, ...OF_PROXIES].sort((one, other) => one - other);
    expect(lists).toEqual([wanted, wanted]);
  });
});

describe('the table of problems', () => {
  it('says the same about every code of a status that a client may send again after', () => {
    const later = new Set(
      entries.filter(([, { again }]) => again === 'same').map(([, { status }]) => status),
    );
    const others = entries.filter(([, { status, again }]) => again !== 'same' && later.has(status));
    expect(others).toEqual([]);
  });
});
