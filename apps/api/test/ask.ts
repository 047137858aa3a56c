import { request } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

let asked = 0;

/**
 * Asks for a path as it stands, dots and all, which `fetch` would tidy up first. Every request comes from an address of its own
 * (the API trusts this machine as a proxy): that of a guesser is soon refused for that alone.
 *
 * @param base without a slash at its end
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
