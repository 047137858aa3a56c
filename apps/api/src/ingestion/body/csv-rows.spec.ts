import { type CsvRow, csvRows } from './csv-rows';

const ROW = 'd,p,1,2,3,4,site,2017-01-01 08:00:05';
const BROKEN = 'a line break';

/** Returns the rows of lines that come in groups of that many; `null` stands for a line that is too long. */
async function rowsOf(
  lines: readonly (string | null)[],
  groupSize: number,
  maxBytes = 200,
): Promise<unknown[]> {
  const groups = (async function* () {
    for (let start = 0; start < lines.length; start += groupSize)
      yield await Promise.resolve(
        lines.slice(start, start + groupSize).map((text): CsvRow => ({ text: text ?? undefined })),
      );
  })();
  const rows: CsvRow[] = [];
  for await (const group of csvRows(groups, maxBytes)) rows.push(...group);
  return rows.map(({ text, hasLineBreak }) => (hasLineBreak === true ? BROKEN : (text ?? null)));
}

describe(csvRows.name, () => {
  it.each([
    ['a field over two lines', ['d,p,"Gate', '3",x', ROW], [BROKEN, ROW]],
    ['a field over many lines', ['d,"a', 'b,c', '', 'd""e', 'f",x', ROW], [BROKEN, ROW]],
    ['two such fields in a row', ['"a', 'b","c', 'd",x', ROW], [BROKEN, ROW]],
    ['two such rows', ['"a', 'b"', '"a', 'b"', ROW], [BROKEN, BROKEN, ROW]],
    ['quotes that are closed', ['d,"Gate 3","a""b",""', ROW], ['d,"Gate 3","a""b",""', ROW]],
    ['a quote within a field', ['d,3" pipe', 'x"', ROW], ['d,3" pipe', 'x"', ROW]],
    ['a stray quote before a row', [`"${ROW}`, ROW, 'a"'], [`"${ROW}`, ROW, 'a"']],
    [
      'a stray quote before a full row',
      ['"d', `${ROW}${','.repeat(12)}`, '"'],
      ['"d', `${ROW}${','.repeat(12)}`, '"'],
    ],
    [
      'a stray quote before a row with quotes',
      ['"d,p', ROW.replace('site', '"Gate 3, ""north"""'), ROW],
      ['"d,p', ROW.replace('site', '"Gate 3, ""north"""'), ROW],
    ],
    ['a stray quote before what is no row', ['"d', 'a,b', ROW], ['"d', 'a,b', ROW]],
    ['a stray quote before the end', ['"d', 'a,b', 'c'], ['"d', 'a,b', 'c']],
    ['a stray quote before a line that is too long', ['"d', null, 'c"'], ['"d', null, 'c"']],
    [
      'a stray quote and the limit',
      ['"d', 'x'.repeat(150), 'y'.repeat(60), '"'],
      ['"d', 'x'.repeat(150), 'y'.repeat(60), '"'],
    ],
    [
      'a row that begins where the limit is passed',
      ['"d', 'x'.repeat(190), 'd"x,"Gate', '3"'],
      ['"d', 'x'.repeat(190), BROKEN],
    ],
  ])('counts the rows with %s', async (_, lines, rows) => {
    for (const groupSize of [1, 2, 100]) await expect(rowsOf(lines, groupSize)).resolves.toEqual(rows);
  });
});
