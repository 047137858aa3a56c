import { servedAs } from './served-as';

const FOREVER = 'public, max-age=31536000, immutable';
const A_MINUTE = 'public, max-age=60';

describe(servedAs.name, () => {
  it.each([
    ['summaries/manifest.json', 'application/json', undefined, A_MINUTE],
    ['summaries/run=0a1b/day=2017-01-01.json.gz', 'application/json', 'gzip', FOREVER],
    ['summaries/run=0a1b/hourly.csv', 'text/csv; charset=utf-8', undefined, FOREVER],
    ['assets/main-4KX2QZ7A.js', 'text/javascript; charset=utf-8', undefined, FOREVER],
    ['assets/main-4KX2QZ7A.js.br', 'text/javascript; charset=utf-8', 'br', FOREVER],
    ['assets/styles-ab_d-F12.css', 'text/css; charset=utf-8', undefined, FOREVER],
    ['assets/favicon.svg', 'image/svg+xml', undefined, A_MINUTE],
    ['assets/media/roboto.woff2', 'font/woff2', undefined, A_MINUTE],
    ['other/summaries/run=1/a.json', 'application/json', undefined, A_MINUTE],
    ['INDEX.HTML', 'text/html; charset=utf-8', undefined, A_MINUTE],
    ['no-ending', 'application/octet-stream', undefined, A_MINUTE],
    ['a.constructor', 'application/octet-stream', undefined, A_MINUTE],
  ])('serves %s', (key, contentType, contentEncoding, cacheControl) => {
    expect(servedAs(key)).toEqual({ contentType, contentEncoding, cacheControl });
  });
});
