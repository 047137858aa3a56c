import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DETAIL_RECORD_COLUMNS, driverInfoSchema, drivingRecordSchema } from '@drivewatch/contracts';
import { workspaceRoot } from './paths.mjs';

const read = (path) => readFile(join(workspaceRoot, path), 'utf8');
const glossary = await read('docs/glossary.md');

/** The rows of the table of names: the wire's, the code's, the table's; an absent one is undefined. */
const names = [...glossary.matchAll(/^\| *(`\w+`|–) *\| *(`\w+`|–) *\| *(`\w+`|–) *\|/gm)].map((row) =>
  row.slice(1).map((cell) => /\w+/.exec(cell)?.[0]),
);
const [onTheWire, inTheCode, inTheTable] = [0, 1, 2].map((column) => names.map((row) => row[column]));

/**
 * Names that only the wire has and no other thing. `Speed`, `Time`, `Direction`, `Latitude` and `recordId` are words or
 * names of other things as well, and would be found where nobody means the wire.
 */
const ORDINARY = ['Speed', 'Time', 'Direction', 'Latitude', 'recordId', 'outsideIds'];
const foreign = onTheWire.filter(
  (name) => name !== undefined && !inTheCode.includes(name) && !ORDINARY.includes(name),
);
const wireName = new RegExp(`\\b(${foreign.join('|')})\\b`);

/** Files that hold names of the wire, and why each has to. */
const SPEAK_THE_WIRE = {
  'libs/contracts/':
    'the mapping: wire-record.ts, detail-record.ts, live-payloads.ts, live-wire.ts and summaries.ts',
  'tools/summaries/drivewatch_summaries/schema.py': 'the mapping of the Spark job',
  'tools/summaries/drivewatch_summaries/clean.py': 'applies the mapping of the Spark job',
  'tools/summaries/drivewatch_summaries/render.py':
    'writes the published files, which have the names of the wire',
  'apps/api/src/alerts/stored-alerts.ts': 'reads what earlier versions keep in Redis',
  'apps/api/src/alerts/forget-alerts-7.lua': 'reads what earlier versions keep in Redis',
  'libs/redis/src/erase-alerts-9.lua': 'reads what earlier versions keep in Redis',
  'apps/api/src/ingestion/ingestion-errors.ts': 'tells a device which of its fields is wrong',
  'apps/api/src/ingestion/ingestion.service.ts': 'tells a device which of its fields is wrong',
  'apps/api/src/interface-docs/': 'describes the wire, with examples',
  'apps/dashboard/src/app/live/waiting-for-records.ts': 'shows a request to copy',
  'tools/cli/src/import/layout-advice.ts': 'tells which columns of a file are wrong',
  'tools/cli/src/replay/replay.ts': 'sends records of files as they are',
  'tools/dev/simulator/src/fleet/driver.ts': 'writes records as a device does',
  'tools/dev/simulator/src/feed/driver-backlog.ts': 'reads the records that a simulated device holds',
  'tools/dev/simulator/src/simulator.ts': 'reads the records that a simulated device holds',
  'tools/checks/': 'stands outside, as devices and pages of others do',
};

const sources = [];
for await (const path of glob('{apps,libs,tools,docker}/**/*.{ts,mjs,cjs,html,lua,py,sql}', {
  cwd: workspaceRoot,
  exclude: (path) => /(^|\/)(node_modules|dist|\.venv|__pycache__|\.drivewatch)(\/|$)/.test(path),
}))
  if (!/[.-]spec\.|\.fake\.|\/tests?\//.test(path)) sources.push(path);
const speaking = [];
for (const path of sources) {
  const lines = (await read(path)).split('\n');
  lines.forEach((line, index) => {
    const name = wireName.exec(line)?.[1];
    if (name !== undefined) speaking.push({ path, where: `${path}:${index + 1} has the wire's ${name}` });
  });
}

describe('the glossary', () => {
  it('has every field of a record under the names of wire, code and table', async () => {
    expect(onTheWire).toEqual(expect.arrayContaining([...DETAIL_RECORD_COLUMNS]));
    expect(inTheCode).toEqual(expect.arrayContaining(Object.keys(drivingRecordSchema.shape)));
    const entity = await read('libs/persistence/src/driving-record.entity.ts');
    const columns = [...entity.matchAll(/\bname: '(\w+)'/g)].map(([, column]) => column);
    expect(inTheTable).toEqual(expect.arrayContaining(columns.filter((column) => column !== 'stored_xid')));
  });

  it('has what the live pages are told about a driver', () => {
    expect(onTheWire).toEqual(expect.arrayContaining(Object.keys(driverInfoSchema.shape)));
  });

  it('names nothing twice', () => {
    for (const column of [onTheWire, inTheCode]) {
      const given = column.filter((name) => name !== undefined);
      expect(given).toEqual([...new Set(given)]);
    }
  });
});

describe('names of the wire', () => {
  it('are translated in the mapping, and stand nowhere else without a reason', () => {
    const reasons = Object.keys(SPEAK_THE_WIRE);
    const misplaced = speaking.filter(({ path }) => !reasons.some((reason) => path.startsWith(reason)));
    expect(misplaced.map(({ where }) => where)).toEqual([]);
  });

  it('are still there where a reason is given for them', () => {
    const idle = Object.keys(SPEAK_THE_WIRE).filter(
      (reason) => !speaking.some(({ path }) => path.startsWith(reason)),
    );
    expect(idle).toEqual([]);
  });
});
