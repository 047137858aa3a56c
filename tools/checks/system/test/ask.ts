import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** An answer as it came over the wire, nothing decompressed. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/**
 * Asks for a path as it stands, dots and all, which `fetch` would tidy up first.
 *
 * @param base with a slash at its end
 */
export async function ask(
  base: string,
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { hostname, port, pathname } = new URL(base);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path: pathname + path, method, headers, agent: false }, (response) => {
      buffer(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        reject,
      );
    })
      .on('error', reject)
      .end();
  });
}
