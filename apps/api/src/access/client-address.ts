import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';

/** Tells the address of the client that made a request. */
export type ClientAddress = (request: IncomingMessage) => string;

/** A connection that has just ended has no address any more, whatever the package's types say. */
const lastUntrusted: (...given: Parameters<typeof proxyAddr>) => string | undefined = proxyAddr;

/**
 * Applies Fastify's rule for `request.ip` to requests that Fastify never sees: it returns the last address on the way
 * here that does not belong to a trusted proxy.
 *
 * @param trustedProxies addresses and ranges of TRUST_PROXY, whose X-Forwarded-For is believed
 */
export function clientAddressOf(trustedProxies: readonly string[]): ClientAddress {
  const isTrusted = proxyAddr.compile([...trustedProxies]);
  return (request) => lastUntrusted(request, isTrusted) ?? '';
}
