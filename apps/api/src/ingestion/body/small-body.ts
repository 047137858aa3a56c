import type { IncomingMessage } from 'node:http';
import type { HeldBytes } from '../batch-intake';
import { connectionLost } from '../ingestion-errors';

/** What is read at once is held until the end of its request, not given back piece by piece. */
export const HELD_AT_ONCE: HeldBytes = {
  unassignedBytes: 0,
  assignBytes: () => 0,
  release: () => undefined,
};

/** The bytes of a body that says beforehand that it has at most `maxBytes`; `null` for any other. */
export function smallBodyBytes(
  { 'content-length': length, 'transfer-encoding': encoding }: IncomingMessage['headers'],
  maxBytes: number,
): number | null {
  const bytes = encoding === undefined && length !== undefined ? Number(length) : NaN;
  return bytes <= maxBytes ? bytes : null;
}

/**
 * Reads a small body as a whole, with less ceremony than `BodyReader`: nearly every request is a single record.
 *
 * @param onReading told how to end the reading early; what still comes is then thrown away
 * @throws ProblemError when the connection is lost, and what the reading was ended with
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
