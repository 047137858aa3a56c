import { bodyFormatOf } from './body-format';

describe(bodyFormatOf.name, () => {
  it.each([
    ['application/json', undefined, 'json', false],
    ['Application/JSON; charset=UTF-8', 'identity', 'json', false],
    ['application/x-ndjson', 'GZIP', 'ndjson', true],
    ['text/csv;header=absent', 'x-gzip', 'csv', true],
  ])('knows %s with encoding %s', (contentType, contentEncoding, format, isGzip) => {
    const headers = { 'content-type': contentType, 'content-encoding': contentEncoding };
    expect(bodyFormatOf(headers)).toEqual({ format, isGzip });
  });

  it.each([
    [undefined, undefined],
    ['constructor', undefined],
    ['text/html', undefined],
    ['text/csv; charset=gb18030', undefined],
    ['text/csv', 'deflate'],
    ['text/csv', 'gzip, gzip'],
  ])('refuses %s with encoding %s', (contentType, contentEncoding) => {
    const headers = { 'content-type': contentType, 'content-encoding': contentEncoding };
    expect(() => bodyFormatOf(headers)).toThrow(/allowed/);
  });
});
