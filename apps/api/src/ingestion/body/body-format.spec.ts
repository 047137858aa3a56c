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

  const types = 'allowed: application/json, application/x-ndjson, text/csv';
  it.each([
    [undefined, undefined, `The Content-Type of the body is none; ${types}`],
    ['', undefined, `The Content-Type of the body is none; ${types}`],
    ['constructor', undefined, `The Content-Type of the body is "constructor"; ${types}`],
    ['text/html', undefined, `The Content-Type of the body is "text/html"; ${types}`],
    [
      `text/${'x'.repeat(60)}`,
      undefined,
      `The Content-Type of the body is "text/${'x'.repeat(35)}…"; ${types}`,
    ],
    ['text/csv; charset=gb18030', undefined, 'The charset of the body is "gb18030"; allowed: utf-8'],
    ['text/csv', 'deflate', 'The Content-Encoding of the body is "deflate"; allowed: gzip, or none'],
    ['text/csv', 'gzip, gzip', 'The Content-Encoding of the body is "gzip, gzip"; allowed: gzip, or none'],
  ])('refuses %s with encoding %s, and quotes it', (contentType, contentEncoding, detail) => {
    const headers = { 'content-type': contentType, 'content-encoding': contentEncoding };
    expect(() => bodyFormatOf(headers)).toThrow(new Error(detail));
  });
});
