import { acceptsEncoding, isUnchanged, rangeOf } from './conditional-request';

const stored = { etag: '"v1"', lastModifiedMs: Date.UTC(2017, 0, 1, 8, 0, 5) + 250 };

describe(isUnchanged.name, () => {
  it.each([
    [{}, false],
    [{ 'if-none-match': '"v1"' }, true],
    [{ 'if-none-match': '"v0", W/"v1"' }, true],
    [{ 'if-none-match': '*' }, true],
    [{ 'if-none-match': '"v2"' }, false],
    [{ 'if-modified-since': 'Sun, 01 Jan 2017 08:00:05 GMT' }, true],
    [{ 'if-modified-since': 'Sun, 01 Jan 2017 08:00:04 GMT' }, false],
    [{ 'if-modified-since': 'yesterday' }, false],
    [{ 'if-none-match': '"v2"', 'if-modified-since': 'Sun, 01 Jan 2017 08:00:05 GMT' }, false],
  ])('%j: %j', (headers, unchanged) => {
    expect(isUnchanged(headers, stored)).toBe(unchanged);
  });
});

describe(rangeOf.name, () => {
  it.each([
    [undefined, undefined],
    ['bytes=0-9', { first: 0, last: 9 }],
    ['bytes=90-', { first: 90, last: 99 }],
    ['bytes=90-1000', { first: 90, last: 99 }],
    ['bytes=-10', { first: 90, last: 99 }],
    ['bytes=-1000', { first: 0, last: 99 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=9-0', undefined],
    ['bytes=0-1,5-6', undefined],
    ['bytes=-', undefined],
    ['bytes=1a-5', undefined],
    ['BYTES=0-9', { first: 0, last: 9 }],
    ['lines=0-9', undefined],
    ['bytes', undefined],
    ['', undefined],
    ['bytes=99999999999999999999-', 'unsatisfiable'],
    ['bytes=0-99999999999999999999', { first: 0, last: 99 }],
  ])('reads %j of 100 bytes as %j', (range, expected) => {
    expect(rangeOf({ range }, 100, stored)).toEqual(expected);
  });

  it('returns no part of an empty object', () => {
    expect(rangeOf({ range: 'bytes=0-' }, 0, stored)).toBe('unsatisfiable');
    expect(rangeOf({ range: 'bytes=-5' }, 0, stored)).toBe('unsatisfiable');
  });

  it.each([
    ['"v1"', true],
    ['"v0"', false],
    ['W/"v1"', false],
    ['Sun, 01 Jan 2017 08:00:05 GMT', true],
    ['Sun, 01 Jan 2017 08:00:06 GMT', false],
  ])('takes a part only of the version that If-Range names: %s', (condition, taken) => {
    const range = rangeOf({ range: 'bytes=0-9', 'if-range': condition }, 100, stored);
    expect(range).toEqual(taken ? { first: 0, last: 9 } : undefined);
  });
});

describe(acceptsEncoding.name, () => {
  it.each([
    [undefined, false],
    ['gzip, deflate, br', true],
    ['gzip;q=1.0,BR;q=0.5', true],
    ['br;q=0', false],
    ['br;q=0.000', false],
    ['gzip', false],
    ['brotli', false],
  ])('%j allows br: %j', (header, allowed) => {
    expect(acceptsEncoding(header, 'br')).toBe(allowed);
  });
});
