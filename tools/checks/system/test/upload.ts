import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { request } from 'undici';
import type { AddDataAnswer } from '@drivewatch/contracts';

const SAMPLE_MS = 100;
/** Reached only by something that hangs. */
const UPLOAD_LIMIT_MS = 240_000;

/** Samples the resident memory of a process. `stop` returns by how many bytes it grew at most. */
export function watchMemory(pid: number): { stop: () => number } {
  const residentBytes = (): number =>
    Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
  const atFirst = residentBytes();
  let most = atFirst;
  const timer = setInterval(() => (most = Math.max(most, residentBytes())), SAMPLE_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return Math.max(most, residentBytes()) - atFirst;
    },
  };
}

/** Posts a body that is produced while it is sent: the part is repeated that many times, for JSON between brackets. */
export async function uploadParts(
  url: string,
  contentType: string,
  part: string,
  parts: number,
  gzip: boolean,
): Promise<{ status: number; answer: AddDataAnswer }> {
  const isJson = contentType === 'application/json';
  const bytes = Buffer.from(part);
  const plain = Readable.from(
    (function* () {
      if (isJson) yield Buffer.from('[');
      for (let n = 1; n < parts; n += 1) yield bytes;
      yield isJson ? Buffer.from(part.replace(/,$/, ']')) : bytes;
    })(),
    { objectMode: false },
  );
  const response = await request(`${url}/addData`, {
    method: 'POST',
    headers: { 'content-type': contentType, ...(gzip && { 'content-encoding': 'gzip' }) },
    body: gzip ? plain.pipe(createGzip({ level: 1 })) : plain,
    headersTimeout: UPLOAD_LIMIT_MS,
    bodyTimeout: UPLOAD_LIMIT_MS,
  });
  return { status: response.statusCode, answer: (await response.body.json()) as AddDataAnswer };
}
