import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;

/** The port cannot be listened on; the message says what to change. */
export class PortUnavailableError extends Error {
  override readonly name = 'PortUnavailableError';
}

/**
 * Makes sure that the API will be able to listen, before anything is started.
 *
 * @param graceMs how long to wait for a program that is about to release the port
 * @throws PortUnavailableError naming the port and the variable to change
 */
export async function requireFreePort(host: string, port: number, graceMs = 0): Promise<void> {
  if (port === 0) {
    throw new PortUnavailableError(
      'PORT=0 names no port to print: set PORT to the port to use, e.g. PORT=8081',
    );
  }
  const deadline = Date.now() + graceMs;
  for (;;) {
    const refusal = await refusalOf(host, port);
    if (refusal === undefined) return;
    if (Date.now() >= deadline) throw new PortUnavailableError(refusal);
    await sleep(POLL_MS);
  }
}

async function refusalOf(host: string, port: number): Promise<string | undefined> {
  const code = await tryToListen(host, port);
  if (code !== undefined) return explain(code, host, port);
  // The printed URL contains "localhost", which browsers also look up as IPv6.
  const isTakenOnIPv6 = host === '127.0.0.1' && (await tryToListen('::1', port)) === 'EADDRINUSE';
  return isTakenOnIPv6 ? explain('EADDRINUSE', '[::1]', port) : undefined;
}

/** @returns the system's error code, or undefined when listening works */
async function tryToListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
    server.listen({ host, port, exclusive: true }, () => {
      server.close(() => {
        resolve(undefined);
      });
    });
  });
}

function explain(code: string, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is taken by another program; stop it or set PORT, e.g. PORT=${port + 1} npm start`;
    case 'EACCES':
      return `Port ${port} on ${host} needs more rights; set PORT to one above 1023, e.g. PORT=8080 npm start`;
    default:
      return `Cannot listen on ${host} (${code}); set HOST to an address of this machine, e.g. HOST=127.0.0.1 npm start`;
  }
}
