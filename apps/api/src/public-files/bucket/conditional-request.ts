import type { ByteRange } from '@drivewatch/object-store';
import { parse } from 'range-parser';

/** The bit of the result code by which the parser says that it could not read a range. */
const MALFORMED = 1;

/** The headers by which a request asks for less than the whole object; any of them may be absent. */
export interface ConditionalHeaders {
  readonly 'if-none-match'?: string | undefined;
  readonly 'if-modified-since'?: string | undefined;
  readonly 'if-range'?: string | undefined;
  readonly range?: string | undefined;
}

/** The validators of what is stored. */
interface Validators {
  /** Includes the quotes. */
  readonly etag: string;
  readonly lastModifiedMs: number;
}

/** Tells whether the client has the object already, so that the answer is 304 (RFC 9110, 13.2.2). */
export function isUnchanged(headers: ConditionalHeaders, { etag, lastModifiedMs }: Validators): boolean {
  const known = headers['if-none-match'];
  if (known !== undefined) {
    // A cache on the way that compressed the body has made the tag a weak one.
    const tags = known.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    return tags.includes('*') || tags.includes(etag);
  }
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return wholeSeconds(lastModifiedMs) <= since;
}

/**
 * Returns the part of an object that a request asks for (RFC 9110, 14.2). Several ranges at once, and ranges that
 * cannot be parsed, are answered with the whole object, as the standard allows.
 *
 * @param size of the object in bytes
 * @returns undefined for the whole object, `unsatisfiable` when it has no such part
 */
export function rangeOf(
  headers: ConditionalHeaders,
  size: number,
  validators: Validators,
): ByteRange | 'unsatisfiable' | undefined {
  if (headers.range === undefined) return undefined;
  const condition = headers['if-range'];
  if (condition !== undefined && !isSame(condition, validators)) return undefined;
  const { code, type, ranges } = parse(size, headers.range);
  if (type !== 'bytes' || (code & MALFORMED) !== 0 || ranges.length > 1) return undefined;
  const [range] = ranges;
  return range === undefined ? 'unsatisfiable' : { first: range.start, last: range.end };
}

/** Parts of two versions must never be put together, so the tag or the time has to be exactly the same. */
function isSame(condition: string, { etag, lastModifiedMs }: Validators): boolean {
  return condition === etag || Date.parse(condition) === wholeSeconds(lastModifiedMs);
}

/** HTTP's dates have no fractions of seconds. */
const wholeSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000) * 1000;

/** Tells whether `Accept-Encoding` allows a content coding by its name. */
export function acceptsEncoding(header: string | undefined, encoding: string): boolean {
  return (header ?? '').split(',').some((item) => {
    const [name = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    return name === encoding && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}
