import { driversToCsv } from './csv';
import { DRIVER_COLUMNS } from './driver-columns';
import { aDriver } from './driver-table.fake';

const columnsOf = (...headings: string[]) =>
  DRIVER_COLUMNS.filter(({ heading }) => headings.includes(heading));

describe('driversToCsv', () => {
  it('has a line of headings with units, and the drivers in the order given', () => {
    const drivers = [
      aDriver('b', { plateNumber: '华B2', distanceKm: 1_234.5 }),
      aDriver('a', { distanceKm: 0.1 + 0.2, score: { score: 74.4499, parts: [] } }),
    ];
    expect(driversToCsv(drivers, columnsOf('Driver', 'Plate', 'Score', 'Distance (km)'))).toBe(
      'Driver,Plate,Score,Distance (km)\r\nb,华B2,n/a,1234.5\r\na,,74.4,0.3\r\n',
    );
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@cmd', "'@cmd"],
    ['\t=1+1', "'\t=1+1"],
    ['\r=1+1', `"'\r=1+1"`],
    ['＝1+1', "'＝1+1"],
    ['＋1', "'＋1"],
    ['－1', "'－1"],
    ['＠cmd', "'＠cmd"],
    ["'=1+1", "''=1+1"],
    ["'quoted'", "''quoted'"],
    ['华=A0001', '华=A0001'],
    ['=A1,"x"', `"'=A1,""x"""`],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['ordinary-1', 'ordinary-1'],
  ])('writes the text %s so that it stays a text', (plate, cell) => {
    const csv = driversToCsv([aDriver('d', { plateNumber: plate })], columnsOf('Driver', 'Plate'));
    expect(csv).toBe(`Driver,Plate\r\nd,${cell}\r\n`);
  });
});
