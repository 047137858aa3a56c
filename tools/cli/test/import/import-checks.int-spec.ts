import { gzipSync } from 'node:zlib';
import { EXIT } from '@drivewatch/config/command-line';
import { ImportRun, ROW, rows } from './import-run';

const HEADER = 'driverID,carPlateNumber,Latitude,Longtitude,Speed,Direction,siteName,Time';
const FULL_HEADER = `${HEADER},isRapidlySpeedup,isRapidlySlowdown,isNeutralSlide,isNeutralSlideFinished,neutralSlideTime,isOverspeed,isOverspeedFinished,overspeedTime,isFatigueDriving,isHthrottleStop,isOilLeak`;
/** Returns the bytes of a text in which each ? stands for a character of another encoding. */
const inBytes = (text: string, character: readonly number[]): Buffer =>
  Buffer.concat(
    text.split('?').flatMap((part, n) => [Buffer.from(n === 0 ? [] : character), Buffer.from(part)]),
  );
const GBK_HUA = [0xbb, 0xaa];
const LATIN1_UE = [0xfc];
const inRow = (plate: string): string => `${ROW.replace('华AVM936', plate)}\n`;
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const HOUR_MS = 3_600_000;
const wallTime = (aheadMs: number): string =>
  new Date(Date.now() + aheadMs).toISOString().slice(0, 19).replace('T', ' ');
const at2017 = '2017-01-01 08:00:05';

let at: ImportRun;
beforeEach(async () => {
  at = await ImportRun.create();
});
afterEach(() => at.remove());

/** Imports a file after a valid one. @returns the one line that says why not */
async function refusal(content: string | Uint8Array): Promise<string> {
  await at.write('good.csv', rows(3));
  await at.write('bad.csv', content);
  expect(await at.run(['good.csv', 'bad.csv'])).toBe(EXIT.failed);
  expect(await at.imported()).toEqual([]);
  expect(at.output).toMatch(/^import: bad\.csv: [^\n]+\n$/);
  return at.output.slice('import: bad.csv: '.length, -1);
}

describe('an import of another encoding', () => {
  it.each<[string, Uint8Array, string]>([
    ['GBK', inBytes(inRow('?A1').repeat(3), GBK_HUA), 'line 1: is not UTF-8 (byte 0xBB), it looks like GBK;'],
    [
      'GBK in a later row',
      inBytes(rows(40) + inRow('?A1') + rows(5), GBK_HUA),
      'line 41: is not UTF-8 (byte 0xBB), it looks like GBK;',
    ],
    [
      'Latin-1',
      inBytes(`M?ller,${inRow('M 1').split(',').slice(1).join(',')}`, LATIN1_UE),
      'line 1: is not UTF-8 (byte 0xFC), it looks like Latin-1 (Windows-1252);',
    ],
    ['UTF-16 with a mark', utf16(`\ufeff${rows(3)}`), 'line 1: is text in UTF-16 (little endian);'],
    ['UTF-16 without', utf16(rows(3)), 'line 1: is text in UTF-16 (little endian);'],
    ['UTF-16, big endian', utf16(`\ufeff${rows(3)}`).swap16(), 'line 1: is text in UTF-16 (big endian);'],
    ['the same without a mark', utf16(rows(3)).swap16(), 'line 1: is text in UTF-16 (big endian);'],
    ['UTF-16 in gzip', gzipSync(utf16(rows(3))), 'line 1: is text in UTF-16 (little endian);'],
    [
      'a character cut off at the end',
      Buffer.from(rows(1) + ROW).subarray(0, rows(1).length + 17),
      'line 2: is not',
    ],
  ])('is refused: %s', async (_, content, reason) => {
    const line = await refusal(content);
    expect(line).toContain(reason);
    expect(line).toContain('allowed: UTF-8, with or without a byte order mark; save it as "CSV UTF-8"');
  });

  it.each([100, 70_000])('is refused far behind the first rows: after %i', async (count) => {
    const content = inBytes(rows(count) + inRow('?A1') + rows(count), GBK_HUA);
    expect(await refusal(content)).toContain(`line ${count + 1}: is not UTF-8 (byte 0xBB)`);
  });

  it('accepts UTF-8 characters that are cut by the ends of the pieces read', async () => {
    for (const shift of [0, 1, 2]) {
      // A row has 128 bytes, with three for each 华, so that each power of two cuts it in the same place.
      const row = `d,${'华'.repeat(30)}${'a'.repeat(shift)},,,1,,,${at2017}`;
      const padded = row.replace('d,', `d${'d'.repeat(127 - Buffer.byteLength(row))},`);
      await at.write('large.csv', `${padded}\n`.repeat(9_000));
      expect(await at.run(['large.csv'])).toBe(EXIT.done);
    }
    expect(await at.imported()).toHaveLength(3);
  });
});

describe('an import of another layout', () => {
  it.each<[string, string, string[]]>([
    [
      'semicolons',
      rows(3).replaceAll(',', ';'),
      ['line 1: has 1 fields; allowed: 8, or 19', 'separated by semicolons; save it with commas'],
    ],
    [
      'semicolons, and commas in numbers',
      'd1;P1;32,05;118,77;72;211;;2017-01-01 08:00:05\n',
      ['line 1: has 3 fields', 'separated by semicolons'],
    ],
    ['tabs', rows(3).replaceAll(',', '\t'), ['line 1: has 1 fields', 'separated by tabs']],
    [
      'times of a spreadsheet',
      rows(3).replaceAll(at2017, '2017/2/1 8:00'),
      ['line 1: Time is "2017/2/1 8:00"; allowed: YYYY-MM-DD HH:MM:SS', 'a spreadsheet has written'],
    ],
    ['times as serial numbers', rows(2).replaceAll(at2017, '42767.33'), ['"42767.33"', 'a spreadsheet has']],
    [
      'latitude and longitude the other way round',
      rows(2).replaceAll('32.056444,118.777589', '118.777589,32.056444'),
      ['line 1: Latitude is "118.777589"; allowed: a number from -90 to 90', 'have changed places'],
    ],
    [
      'the time first',
      rows(2).replaceAll(/^(.*),(.*?)$/gm, '$2,$1'),
      ['line 1: ', 'the columns are driverID, carPlateNumber, Latitude'],
    ],
    ['a column less', rows(2).replaceAll(',211', ''), ['line 1: has 7 fields; allowed: 8, or 19']],
    ['lines of old Macs', rows(3).replaceAll('\n', '\r'), ['line 1: has 22 fields', 'in a carriage return']],
    [
      'columns in another order, by their header',
      `carPlateNumber,driverID,Latitude,Longtitude,Speed,Direction,siteName,Time\n${rows(2)}`,
      ['line 1: its header has "carPlateNumber" as column 1; allowed: driverID'],
    ],
    [
      'too few columns in the header',
      `driverID,carPlateNumber\n${rows(2)}`,
      ['its header has 2 columns; allowed: 8 or 19'],
    ],
    ['a header and no rows', `${HEADER}\n`, ['holds no rows but a header']],
    [
      'as many wrong rows as right ones',
      `${rows(2)}d,P,,,fast,,,${at2017}\nd,P,,,,,,\n`,
      [
        'line 3: Speed is "fast"; allowed: a number from 0 to 500',
        '2 of its first 4 rows are no detail records',
      ],
    ],
    [
      'the reason that most rows share',
      `first,line\n${rows(9).replaceAll(at2017, '1.2.2017 8:00')}`,
      ['line 2: Time is "1.2.2017 8:00"', '10 of its first 10 rows'],
    ],
  ])('is refused: %s', async (_, content, reasons) => {
    const line = await refusal(content);
    for (const reason of reasons) expect(line).toContain(reason);
  });

  it('is refused if the rows are of future years', async () => {
    expect(await refusal(rows(3).replaceAll('2017', '2031'))).toContain(
      'line 1: Time is "2031-01-01 08:00:05", more than a day in the future; allowed: at most 24 hours ahead',
    );
    const line = await refusal(`d,P,,,1,,,${wallTime(25 * HOUR_MS)}\n`);
    expect(line).toContain('more than a day in the future');
    expect(line).toMatch(/\(1 of its first 1 rows are no detail records\)$/);
  });

  it('judges the future by the fleet time', async () => {
    await at.write('ahead.csv', `d,P,,,1,,,${wallTime(26 * HOUR_MS)}\n`);
    expect(await at.run(['ahead.csv'], { env: { FLEET_TIME_ZONE: 'America/New_York' } })).toBe(EXIT.failed);
    expect(await at.run(['ahead.csv'], { env: { FLEET_TIME_ZONE: 'Asia/Shanghai' } })).toBe(EXIT.done);
  });

  it('does not include what receivers, clocks and people make of records', async () => {
    const fields = [
      `สมใจ,P,,,1,,,${at2017}`,
      `d,P,0,0.0,1,,,${at2017}`,
      `d,P,,,-1,,,${at2017},,,,,,1,,,,,`,
      'd,P,,,1,,,2017-01-01T08:00+08',
      'd,P,,,1,,,1980-01-06 00:00:00',
    ];
    await at.write('field.csv', `${fields.join('\n')}\n`);
    expect(await at.run(['field.csv'])).toBe(EXIT.done);
    expect(at.output).not.toContain('rejected');
  });

  it('accepts a file with fewer than half of its first rows wrong, and says so', async () => {
    await at.write('some.csv', `${rows(3)}nonsense\nd,P,,,1,,,2031-01-01 00:00:00\n`);
    expect(await at.run(['some.csv'])).toBe(EXIT.done);
    expect(at.output).toContain(
      'import: some.csv: 2 of its first 5 rows will be rejected by the summaries job; line 4: has 1 fields',
    );
    expect(await at.imported()).toHaveLength(1);
  });
});

describe('an import with a header', () => {
  it.each([
    ['the names of 8 columns', `${HEADER}\n`],
    ['the names of 19', `${FULL_HEADER}\n`],
    ['a comma at its end', `${FULL_HEADER},\n`],
    [
      'another case, and the right spelling',
      `${HEADER.toUpperCase().replace('LONGTITUDE', 'LONGITUDE')}\r\n`,
    ],
    [
      'quotes and spaces',
      `${HEADER.split(',')
        .map((name) => `"${name}"`)
        .join(', ')}\n`,
    ],
    ['a byte order mark and a blank line', `\ufeff\n${HEADER}\n`],
  ])('is the same content without it: %s', async (_, header) => {
    await at.write('with.csv', header + rows(50));
    await at.write('without.csv', rows(50));
    expect(await at.run(['with.csv'], { partBytes: 1_000 })).toBe(EXIT.done);
    const names = await at.imported();
    expect(names.length).toBeGreaterThan(1);
    expect(await at.textOf(names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })))).toBe(
      rows(50),
    );
    expect(await at.run(['without.csv'], { partBytes: 1_000 })).toBe(EXIT.done);
    expect(at.output).toMatch(/^without\.csv: there already, as /);
    expect(await at.imported()).toEqual(names);
  });

  it('counts lines from the top of the file', async () => {
    expect(await refusal(`${HEADER}\n${rows(1)}d,P,,,fast,,,${at2017}\n`)).toContain(
      'line 3: Speed is "fast"',
    );
  });
});

describe('an import of what may have been posted', () => {
  const NOTE = /^import: note: records that were posted .* counts twice \(see "Posting or importing"/m;
  const archive = (day: string) =>
    at.write(`records-bucket/records/date=${day}/batch-1-2-abc-0001.csv`, rows(1));

  it('says that such records count twice, before it stores', async () => {
    await at.write('a.csv', rows(2));
    await at.run(['a.csv']);
    expect(at.output).toMatch(NOTE);
    expect(at.output.search(NOTE)).toBeLessThan(at.output.indexOf('a.csv: imported as'));
    expect(at.output).not.toContain('warning');
    await at.run(['a.csv']);
    expect(at.output).toMatch(/^a\.csv: there already/);
  });

  it('names the days for which the archive has records', async () => {
    for (const day of ['2017-01-01', '2017-01-02', '2017-03-01']) await archive(day);
    await at.write('records-bucket/records/date=2017-01-04/mine.csv', rows(1));
    // These are days that only occur in rows far behind the first ones.
    const days = ['01', '02', '03', '04'].map((day) => rows(9_000).replaceAll('01 08:00', `${day} 08:00`));
    await at.write('a.csv', days.join(''));
    expect(await at.run(['a.csv'])).toBe(EXIT.done);
    expect(at.output).toContain(
      'import: warning: posted records of days in these files are archived already: 2017-01-01, 2017-01-02. If',
    );
  });

  it('names few of many days, which are those of the fleet', async () => {
    for (let day = 1; day <= 9; day += 1) await archive(`2017-01-0${day}`);
    const times = Array.from({ length: 7 }, (_, n) => `d,P,,,1,,,2017-01-0${n + 1}T20:00:00Z\n`);
    await at.write('a.csv', times.join(''));
    await at.run(['a.csv'], { env: { FLEET_TIME_ZONE: 'Asia/Shanghai' } });
    expect(at.output).toContain(
      'already: 2017-01-02, 2017-01-03, 2017-01-04, 2017-01-05, 2017-01-06 and 2 more days.',
    );
  });
});
