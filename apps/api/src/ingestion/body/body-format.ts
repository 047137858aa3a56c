import type { IncomingHttpHeaders } from 'node:http';
import { MIMEType } from 'node:util';
import { shown } from '@drivewatch/contracts';
import { unsupportedMediaType } from '../ingestion-errors';

const FORMATS = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'text/csv': 'csv',
} as const;
export type BodyFormat = (typeof FORMATS)[keyof typeof FORMATS];

export const MEDIA_TYPES = Object.keys(FORMATS);

/**
 * Returns the format of a body, as its headers declare it.
 *
 * @throws ProblemError (415) for a format that is not accepted
 */
export function bodyFormatOf(headers: IncomingHttpHeaders): { format: BodyFormat; isGzip: boolean } {
  return { format: formatOf(headers['content-type']), isGzip: isGzip(headers['content-encoding']) };
}

function formatOf(contentType: string | undefined): BodyFormat {
  // Nearly every device sends this, so it is recognised without being parsed.
  if (contentType === 'application/json') return 'json';
  const mime = parseMime(contentType ?? '');
  const format = FORMATS[mime?.essence as keyof typeof FORMATS] as BodyFormat | undefined;
  if (format === undefined)
    throw unsupportedMediaType(
      `The Content-Type of the body is ${quoted(contentType)}; allowed: ${MEDIA_TYPES.join(', ')}`,
    );
  const charset = mime?.params.get('charset');
  if (charset !== undefined && charset !== null && !/^utf-?8$/i.test(charset))
    throw unsupportedMediaType(`The charset of the body is ${quoted(charset)}; allowed: utf-8`);
  return format;
}

function parseMime(text: string): MIMEType | null {
  try {
    return new MIMEType(text);
  } catch {
    return null;
  }
}

function isGzip(contentEncoding: string | undefined): boolean {
  if (contentEncoding === undefined) return false;
  const encoding = contentEncoding.trim().toLowerCase();
  if (encoding === 'gzip' || encoding === 'x-gzip') return true;
  if (encoding === 'identity' || encoding === '') return false;
  throw unsupportedMediaType(
    `The Content-Encoding of the body is ${quoted(contentEncoding)}; allowed: gzip, or none`,
  );
}

/** Returns the value of a header as an error quotes it. */
const quoted = (value = ''): string => (value.trim() === '' ? 'none' : shown(value));
