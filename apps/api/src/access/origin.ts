import type { IncomingHttpHeaders } from 'node:http';

/**
 * Tells whether a page of that origin may use what a browser's session allows or, while everything is open, change
 * anything. Browsers say where a page comes from, and a page cannot change that; programs say nothing, and have no
 * session that somebody else could abuse. allowed-hosts.ts has already checked that `Host` is a name of this server.
 *
 * @param allowed origins besides the server's own
 */
export function isAllowedOrigin({ origin, host }: IncomingHttpHeaders, allowed: readonly string[]): boolean {
  if (origin === undefined) return true;
  if (allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
