import { gzipSync } from 'node:zlib';
import type { AddDataAnswer, Problem } from '@drivewatch/contracts';

export interface PostedBody {
  status: number;
  retryAfter: string | null;
  /** The server's answer: a `AddDataAnswer`, or a `Problem`. */
  answer: AddDataAnswer & Problem;
}

/** Reached only by an API that hangs. */
const ANSWER_LIMIT_MS = 120_000;

/** Posts a body to `/addData`. @param gzip compresses it first */
export async function postBody(
  url: string,
  contentType: string,
  body: string,
  { gzip = false, headers = {} }: { gzip?: boolean; headers?: Record<string, string> } = {},
): Promise<PostedBody> {
  const response = await fetch(`${url}/addData`, {
    method: 'POST',
    headers: { 'Content-Type': contentType, ...(gzip && { 'Content-Encoding': 'gzip' }), ...headers },
    body: gzip ? gzipSync(body) : body,
    signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
  });
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    answer: (await response.json()) as AddDataAnswer & Problem,
  };
}
