import { SESSION_PATH, type SessionState } from '@drivewatch/contracts';
import { io, type Socket } from 'socket.io-client';

export { signIn, trySignIn } from '@drivewatch/testing';

export async function sessionState(url: string, cookie?: string): Promise<SessionState> {
  const response = await fetch(url + SESSION_PATH, { headers: cookie === undefined ? {} : { cookie } });
  return (await response.json()) as SessionState;
}

/** Reached only by something that hangs. */
const OUTCOME_LIMIT_MS = 120_000;

/** Returns the server's answer to a socket that shows these headers: `connected`, or what it was refused with. */
export function openSocket(
  url: string,
  headers: Record<string, string> = {},
  transport: 'websocket' | 'polling' = 'websocket',
): Promise<{ socket: Socket; outcome: string }> {
  const socket = io(url, {
    transports: [transport],
    extraHeaders: headers,
    forceNew: true,
    reconnection: false,
  });
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      reject(new Error('The socket was neither connected nor refused'));
    }, OUTCOME_LIMIT_MS);
    const settle = (outcome: string) => {
      clearTimeout(late);
      if (outcome !== 'connected') socket.close();
      resolve({ socket, outcome });
    };
    socket.once('connect', () => {
      settle('connected');
    });
    socket.once('connect_error', (error: Error & { description?: unknown }) => {
      settle(describe(error.description) ?? error.message);
    });
  });
}

/** Returns the status that the server refused with: XHR has it as a number, ws in its message. */
function describe(description: unknown): string | undefined {
  if (typeof description === 'number') return String(description);
  const message = (description as { message?: string } | undefined)?.message;
  return /Unexpected server response: (\d+)/.exec(message ?? '')?.[1];
}
