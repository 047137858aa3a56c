import { request } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

let asked = 0;

/**
 * Requests a path exactly as it stands, dots and all, which `fetch` would normalise first. Every request comes from an
 * address of its own (the API trusts this machine as a proxy), because an address that guesses is soon refused for that
 * alone.
 *
 * @param base without a trailing slash
 */
export async function ask(
  base: string,
  path: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: string },
): Promise<Answer> {
  const { hostname, port } = new URL(base);
  asked += 1;
  const from = `10.1.${asked >> 8}.${asked & 255}`;
  return new Promise((resolve, reject) => {
    request(
      { hostname, port, path, method, headers: { ...headers, 'X-Forwarded-For': from } },
      (response) => {
        text(response).then(
          (answer) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answer }),
          reject,
        );
      },
    )
      .on('error', reject)
      .end(body);
  });
}
