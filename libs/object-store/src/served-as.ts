/** The headers with which an object is served over HTTP. */
export interface ObjectHeaders {
  readonly contentType: string;
  readonly contentEncoding?: 'gzip' | 'br';
  readonly cacheControl: string;
}

const TYPES: ReadonlyMap<string, string> = new Map([
  ['css', 'text/css; charset=utf-8'],
  ['csv', 'text/csv; charset=utf-8'],
  ['html', 'text/html; charset=utf-8'],
  ['ico', 'image/x-icon'],
  ['js', 'text/javascript; charset=utf-8'],
  ['json', 'application/json'],
  ['map', 'application/json'],
  ['png', 'image/png'],
  ['svg', 'image/svg+xml'],
  ['txt', 'text/plain; charset=utf-8'],
  ['webp', 'image/webp'],
  ['woff2', 'font/woff2'],
]);
const ENCODINGS = { gz: 'gzip', br: 'br' } as const;
const YEAR_SECONDS = 365 * 24 * 3600;
const SHORT_SECONDS = 60;
/** Matches files of a run, which are written once, and files whose names contain a hash of their content. */
const IMMUTABLE = /^summaries\/run=|-[\w-]{8}\.(?:js|css)(?:\.(?:gz|br))?$/;

/**
 * Returns the headers of an object, which follow from its key alone: `a.json.gz` is JSON that is stored compressed; a
 * run's files and hashed assets never change; and everything else may be a minute old.
 */
export function servedAs(key: string): ObjectHeaders {
  const [, name = key, compression] = /^(.*)\.(gz|br)$/.exec(key) ?? [];
  const type = TYPES.get(/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? '') ?? 'application/octet-stream';
  return {
    contentType: type,
    ...(compression !== undefined && { contentEncoding: ENCODINGS[compression as keyof typeof ENCODINGS] }),
    cacheControl: IMMUTABLE.test(key)
      ? `public, max-age=${YEAR_SECONDS}, immutable`
      : `public, max-age=${SHORT_SECONDS}`,
  };
}

/** The prefix of the built dashboard's files in the public bucket. */
export const ASSETS_PREFIX = 'assets/';
/** The endings of the compressed copies beside an asset of text, by what a client accepts, the smallest first. */
export const COMPRESSED_COPIES = [
  { ending: '.br', encoding: 'br' },
  { ending: '.gz', encoding: 'gzip' },
] as const;

/** Returns whether an asset has compressed copies: text gets smaller, and the other types are compressed already. */
export function hasCompressedCopies(key: string): boolean {
  return key.startsWith(ASSETS_PREFIX) && /\.(?:css|html|js|json|map|svg|txt)$/.test(key);
}
