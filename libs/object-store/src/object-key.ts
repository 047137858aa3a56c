import { InvalidKeyError } from './object-store';

const MAX_KEY_BYTES = 1024;
/** The limit of file systems for a file name; it applies to every store, so that the same keys are possible in each. */
const MAX_SEGMENT_BYTES = 255;
/** The folder in which a folder bucket keeps unfinished files; it is no part of a key. */
export const WRITING_FOLDER = '.writing';
// eslint-disable-next-line no-control-regex -- they are what is looked for
const FORBIDDEN = /[\\\u0000-\u001f\u007f]/;

/**
 * Checks that a key names an object inside its bucket: segments between slashes, none of them empty, `.` or `..`.
 *
 * @returns the key
 * @throws InvalidKeyError saying what is wrong with it
 */
export function checkKey(key: string): string {
  checkText(key);
  for (const segment of key.split('/')) checkSegment(key, segment);
  return key;
}

/**
 * Checks the beginning of keys; its last segment may be incomplete or empty.
 *
 * @returns the prefix
 * @throws InvalidKeyError when no key can begin so
 */
export function checkPrefix(prefix: string): string {
  checkText(prefix);
  for (const segment of prefix.split('/').slice(0, -1)) checkSegment(prefix, segment);
  return prefix;
}

function checkText(key: string): void {
  if (Buffer.byteLength(key) > MAX_KEY_BYTES)
    refuse(key.slice(0, 80), `is longer than ${MAX_KEY_BYTES} bytes`);
  if (FORBIDDEN.test(key)) refuse(key, 'has a backslash or a control character');
  if (!key.isWellFormed()) refuse(key, 'is not Unicode text');
}

function checkSegment(key: string, segment: string): void {
  if (segment === '')
    refuse(key, 'is empty, or has an empty segment: allowed are names between single slashes');
  if (segment === '.' || segment === '..') refuse(key, `has the segment "${segment}"`);
  if (segment === WRITING_FOLDER) refuse(key, `has the segment "${segment}", which the store itself uses`);
  if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES)
    refuse(key.slice(0, 80), `has a segment longer than ${MAX_SEGMENT_BYTES} bytes`);
}

function refuse(key: string, reason: string): never {
  throw new InvalidKeyError(`The object key ${JSON.stringify(key)} ${reason}`);
}
