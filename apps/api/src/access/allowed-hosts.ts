import type { IncomingMessage } from 'node:http';
import { isIPv4, isIPv6 } from 'node:net';
import { hostname } from 'node:os';
import type { ApiConfig } from '@drivewatch/config';
import { Logger } from '@nestjs/common';
import type { ProblemError } from '../http/problem-error';
import { misdirected, unclearHost } from './access-errors';

/** Matches host and port (`authority` in RFC 3986) without a user part, which no honest client sends. */
const AUTHORITY = /^(?:\[(?<ipv6>[\da-f:.]+)\]|(?<name>[\w.-]+))(?::\d{0,5})?$/i;
/**
 * Matches an address that names its host itself (`absolute-form` in RFC 9112); Fastify's router takes the path out of
 * it.
 */
const ABSOLUTE_FORM = /^https?:\/\/(?<authority>[^/?#]*)/i;
/** Answers and the log repeat at most this many characters of a foreign host. */
const SHOWN_CHARACTERS = 80;
/** How many accepted hosts are remembered; nearly all requests name the same few. */
const REMEMBERED = 1_000;
/**
 * The shortest time between two warnings in the log: an operator should notice, but a scanner must not fill the disk.
 */
const WARN_EVERY_MS = 60_000;

/**
 * Knows the hosts that the API answers for: `localhost` and its subdomains, IP addresses, the machine's own names, and
 * `ALLOWED_HOSTS`.
 *
 * If an attacker makes a name of theirs point at this machine (DNS rebinding), the browser takes it for the page's own
 * origin, and nothing else in such a request tells it from one of the dashboard. An IP address cannot be made to point
 * elsewhere, and only the machine's owner gives out the other names.
 */
export class AllowedHosts {
  private readonly logger = new Logger(AllowedHosts.name);
  private readonly names: ReadonlySet<string>;
  /** Each domain begins with a dot. */
  private readonly domains: readonly string[];
  private readonly remembered = new Set<string>();
  private warnedAtMs = -Infinity;

  /** @param machine the machine's host name; only tests pass it */
  constructor({ HOST, ALLOWED_HOSTS }: Pick<ApiConfig, 'HOST' | 'ALLOWED_HOSTS'>, machine = hostname()) {
    const [name = ''] = machine.toLowerCase().split('.');
    const own = ['localhost', HOST.toLowerCase(), machine.toLowerCase(), name, `${name}.local`];
    const isDomain = (host: string): boolean => host.startsWith('.');
    this.names = new Set([...own, ...ALLOWED_HOSTS.map((host) => host.replace(/^\./, ''))]);
    this.domains = ['.localhost', ...ALLOWED_HOSTS.filter(isDomain)];
  }

  /**
   * Tells why a request is not answered; null if it is meant for this server.
   *
   * @returns ProblemError 421 for a foreign host, 400 for no host, several hosts or an invalid one (RFC 9112, 3.2)
   */
  refusalOf(request: IncomingMessage): ProblemError | null {
    const { url = '', headers } = request;
    const { host } = headers;
    if (host === undefined || host === '')
      return unclearHost('The request names no host; send one "Host" header');
    if (hasSeveralHosts(request.rawHeaders))
      return unclearHost('The request has several "Host" headers; allowed: one');
    const refusal = this.check(host);
    if (refusal !== null || url.startsWith('/') || url === '*') return refusal;
    return this.check(ABSOLUTE_FORM.exec(url)?.groups?.authority ?? url);
  }

  private check(authority: string): ProblemError | null {
    if (this.remembered.has(authority)) return null;
    const groups = AUTHORITY.exec(authority)?.groups;
    if (groups === undefined)
      return unclearHost(
        `The request is for ${shown(authority)}, which is no host; allowed: a name or an IP address, and a port`,
      );
    if (!this.isAllowed(groups)) return this.refuse(authority);
    if (this.remembered.size >= REMEMBERED) this.remembered.clear();
    this.remembered.add(authority);
    return null;
  }

  private isAllowed({ ipv6, name: written = '' }: Readonly<Record<string, string | undefined>>): boolean {
    if (ipv6 !== undefined) return isIPv6(ipv6);
    // A trailing dot does not change which host is meant; it only keeps resolvers from trying search lists.
    const name = written.toLowerCase().replace(/\.$/, '');
    return isIPv4(name) || this.names.has(name) || this.domains.some((domain) => name.endsWith(domain));
  }

  private refuse(authority: string): ProblemError {
    const detail =
      `This server does not answer for the host ${shown(authority)}; allowed: localhost, IP addresses, ` +
      'names of this machine, and what ALLOWED_HOSTS names';
    const nowMs = performance.now();
    if (nowMs - this.warnedAtMs >= WARN_EVERY_MS) {
      this.warnedAtMs = nowMs;
      this.logger.warn(detail);
    }
    return misdirected(detail);
  }
}

/** Node keeps only the first `Host` header, and a proxy may have gone by another one. */
function hasSeveralHosts(rawHeaders: readonly string[]): boolean {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count > 1;
}

const shown = (host: string): string =>
  host.length > SHOWN_CHARACTERS
    ? `${JSON.stringify(host.slice(0, SHOWN_CHARACTERS))}…`
    : JSON.stringify(host);
