import type { SummaryManifest } from '@drivewatch/contracts';
import { parse } from 'csv-parse/sync';
import { CaseSummaries, SPARK_LIMIT_MS } from './case-summaries';

/** Matches what a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection). */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;

describe('what the field imports', () => {
  let fleet: CaseSummaries;
  let manifest: SummaryManifest;
  let hours: Record<string, string>[];
  const said = new Map<string, Awaited<ReturnType<CaseSummaries['import']>>>();

  beforeAll(async () => {
    fleet = await CaseSummaries.create('America/New_York');
    for (const name of [
      '04-import-future-row.csv',
      '08-gbk-excel.csv',
      '03-dst-repeated-hour-local.csv',
      '03-dst-repeated-hour-offset.csv',
      '10-excel-plates-and-formula.csv',
      '12-driver-id-combining-marks.csv',
      '11-zero-coordinates.csv',
      '11-zero-coordinates-control.csv',
    ])
      said.set(name, await fleet.import(name));
    await fleet.put('04-import-future-row.csv');
    manifest = await fleet.summarise();
    hours = await fleet.hours(manifest);
  }, SPARK_LIMIT_MS);
  afterAll(() => fleet.remove());

  const sumOf = (driverID: string, column: string): number =>
    hours.filter((row) => row.driverID === driverID).reduce((sum, row) => sum + Number(row[column]), 0);

  it('03: both passes of the repeated hour count, with and without the offset', () => {
    expect(sumOf('dst-local', 'distanceKm')).toBeCloseTo(sumOf('dst-offset', 'distanceKm'), 6);
    expect(Math.round(sumOf('dst-local', 'distanceKm'))).toBe(168);
    for (const column of ['records', 'drivingSeconds'])
      expect(sumOf('dst-local', column)).toBe(sumOf('dst-offset', column));
  });

  it('04: rows of years to come are refused, by the import and by the job', async () => {
    const refused = said.get('04-import-future-row.csv');
    expect(refused).toMatchObject({ code: 1, objects: 0 });
    expect(refused?.said).toMatch(/04-import-future-row\.csv: line 1: Time is "2031-01-01 00:00:00"/);
    expect(manifest.rowsRejected).toBe(1);
    expect(await fleet.rejected('04-import-future-row.csv')).toMatch(/Time.*2031-01-01/);
    expect(manifest.to < '2027').toBe(true);
    expect(Object.keys(manifest.files.days).some((day) => day >= '2027')).toBe(false);
  });

  it('08: a file that a spreadsheet has saved in GBK is refused', () => {
    const refused = said.get('08-gbk-excel.csv');
    expect(refused).toMatchObject({ code: 1, objects: 0 });
    expect(refused?.said).toMatch(/08-gbk-excel\.csv: line 1: is not UTF-8.*GBK/);
  });

  it('10: no published cell runs as a formula, and plates are read back as they were', async () => {
    const plateOf = (driverID: string) =>
      hours.find((row) => row.driverID === driverID)?.carPlateNumber ?? '';
    expect(plateOf('normal-1')).toBe('华A00001');
    expect(plateOf('normal-2')).toBe("'=1+1");
    for (const key of [manifest.files.hourlyCsv, ...Object.values(manifest.files.metrics)]) {
      const cells = parse(await fleet.published(key)).flat();
      expect(cells.filter((cell) => FORMULA.test(cell))).toEqual([]);
    }
  });

  it('11: 0,0 is no position', () => {
    expect(sumOf('zero-0', 'distanceKm')).toBeGreaterThan(0);
    for (const column of ['distanceKm', 'drivingSeconds', 'records'])
      expect(sumOf('zero-1', column)).toBe(sumOf('zero-0', column));
  });

  it('12: names with combining marks are taken, in their composed form', () => {
    expect(said.get('12-driver-id-combining-marks.csv')).toMatchObject({ code: 0 });
    for (const driverID of ['สมศรี', 'राम कुमार', 'M\u00fcller']) expect(sumOf(driverID, 'records')).toBe(1);
  });

  it('says of every import that what was posted would count twice', () => {
    for (const { code, said: lines } of said.values()) if (code === 0) expect(lines).toMatch(/counts twice/);
  });
});
