import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { BodyReader } from './body-reader';
import { InFlightBytes } from './in-flight-bytes';

/** Returns a request's body that a test writes. */
function aBody({ isGzip = false, maxBytes = 100_000, room = 1_000_000 } = {}) {
  const raw = Object.assign(new PassThrough(), { headers: {} });
  const inFlight = new InFlightBytes(room);
  const reader = new BodyReader(raw as unknown as IncomingMessage, { isGzip, maxBytes, inFlight });
  const readAll = async (): Promise<string> => {
    const chunks: Buffer[] = [];
    for await (const chunk of reader) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  return { raw, inFlight, reader, readAll };
}

describe(BodyReader.name, () => {
  it.each([false, true])('yields all bytes, gzip: %s, and releases the room for them', async (isGzip) => {
    const { raw, inFlight, reader, readAll } = aBody({ isGzip, room: 50_000 });
    const text = 'record\n'.repeat(5_000);
    raw.end(isGzip ? gzipSync(text) : text);
    await expect(readAll()).resolves.toBe(text);
    expect(() => inFlight.take(20_000)).toThrow(/MAX_IN_FLIGHT_BYTES/);
    reader.close();
    inFlight.take(50_000);
  });

  it('counts the decompressed size of a gzip body', async () => {
    const { raw, readAll } = aBody({ isGzip: true });
    raw.end(gzipSync(' '.repeat(10_000_000)));
    await expect(readAll()).rejects.toMatchObject({ problem: { status: 413, code: 'BODY_TOO_LARGE' } });
  });

  it('refuses a gzip body that ends too early', async () => {
    const { raw, readAll } = aBody({ isGzip: true });
    raw.end(gzipSync('record').subarray(0, -4));
    await expect(readAll()).rejects.toMatchObject({ problem: { code: 'MALFORMED_GZIP' } });
  });

  it('ends the reading with the given error, and discards the rest of the body', async () => {
    const { raw, reader, readAll } = aBody();
    const reading = readAll();
    reader.fail(new Error('too slow'));
    await expect(reading).rejects.toThrow('too slow');
    reader.close();
    raw.end('x'.repeat(90_000));
    await new Promise((resolve) => raw.once('end', resolve));
  });
});
