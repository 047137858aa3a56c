import { detailLineToRecord } from './detail-line';

describe(detailLineToRecord.name, () => {
  it('reads a quoted field with a comma and quotes in it', () => {
    expect(detailLineToRecord('d1,华A1,1,2,72,211,"广州市, ""越秀""",2017-01-01 08:00:00')).toMatchObject({
      driverID: 'd1',
      siteName: '广州市, "越秀"',
    });
  });

  it.each([
    ['too few fields', 'd1,华A12345,32.0', /^has 3 fields; allowed: 8, or 19/],
    ['an open quote', '"d1,华A12345,1,2,72,211,,2017-01-01 08:00:00', /^is not valid CSV: Quote Not Closed/],
    ['another encoding', 'd1,\ufffd\ufffd,1,2,72,211,,2017-01-01 08:00:00', /^is not valid UTF-8$/],
  ])('says what is wrong with %s', (_, line, reason) => {
    expect(detailLineToRecord(line)).toMatch(reason);
  });
});
