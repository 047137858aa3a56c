import { SESSION_PATH } from '@drivewatch/contracts';

/** Signs in and returns the session's cookie. @throws unless that succeeds */
export async function signIn(
  url: string,
  name: string,
  password: string,
  headers?: Record<string, string>,
): Promise<string> {
  const response = await trySignIn(url, name, password, headers);
  const [cookie] = response.headers.getSetCookie();
  if (response.status !== 204 || cookie === undefined)
    throw new Error(`${response.status} ${await response.text()}`);
  return cookie.split(';', 1)[0] ?? '';
}

export const trySignIn = (
  url: string,
  name: string,
  password: string,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(url + SESSION_PATH, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ name, password }),
  });
