import type { IncomingMessage } from 'node:http';
import type { HeldBytes } from '../batch-intake';
import { connectionLost } from '../ingestion-errors';

/** A body that is read as a whole is held until the end of its request, not given back piece by piece. */
export const HELD_AT_ONCE: HeldBytes = {
  unassignedBytes: 0,
  assignBytes: () => 0,
  release: () => undefined,
};

/** Returns the size of a body that declares at most `maxBytes`; `null` for any other body. */
export function smallBodyBytes(
  { 'content-length': length, 'transfer-encoding': encoding }: IncomingMessage['headers'],
  maxBytes: number,
): number | null {
  const bytes = encoding === undefined && length !== undefined ? Number(length) : NaN;
  return bytes <= maxBytes ? bytes : null;
}

/**
 * Reads a small body as a whole, with less overhead than `BodyReader`: nearly every request is a single record.
 *
 * @param onReading receives a function that ends the reading early; what still arrives is then thrown away
 * @throws ProblemError when the connection is lost, and the error that the reading was ended with
 */
export function readSmallBody(
  raw: IncomingMessage,
  onReading: (fail: (error: Error) => void) => void,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    onReading(reject);
    const chunks: Buffer[] = [];
    raw.on('data', (chunk: Buffer) => chunks.push(chunk));
    raw.on('error', () => {
      reject(connectionLost());
    });
    raw.on('end', () => {
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    });
  });
}
