import type { IncomingMessage } from 'node:http';
import { isIPv4, isIPv6 } from 'node:net';
import { hostname } from 'node:os';
import type { ApiConfig } from '@drivewatch/config';
import { Logger } from '@nestjs/common';
import type { ProblemError } from '../http/problem-error';
import { misdirected, unclearHost } from './access-errors';

/** What an address may say of host and port (RFC 3986, `authority`), without the user whom nobody writes there honestly. */
const AUTHORITY = /^(?:\[(?<ipv6>[\da-f:.]+)\]|(?<name>[\w.-]+))(?::\d{0,5})?$/i;
/** An address that names its host by itself (RFC 9112, `absolute-form`); Fastify's router takes the path out of it. */
const ABSOLUTE_FORM = /^https?:\/\/(?<authority>[^/?#]*)/i;
/** So much of a foreign host is said again in answers and in the log. */
const SHOWN_CHARACTERS = 80;
/** Hosts that have been let through are remembered, because nearly all requests name the same few. */
const REMEMBERED = 1_000;
/** Between two warnings in the log: an operator is to learn of it, a scanner is not to fill the disk. */
const WARN_EVERY_MS = 60_000;

/**
 * The hosts that the API answers for: `localhost` and what is below it, IP addresses, the machine's own names, and
 * `ALLOWED_HOSTS`.
 *
 * A browser takes a name of somebody else's that has been made to point at this machine (DNS rebinding) for the page's
 * own origin, so that nothing else of what it sends can be told from a request of the dashboard. An IP address cannot be
 * made to point elsewhere; nobody but the machine's owner gives out the other names.
 */
export class AllowedHosts {
  private readonly logger = new Logger(AllowedHosts.name);
  private readonly names: ReadonlySet<string>;
  /** Each with a dot first. */
  private readonly domains: readonly string[];
  private readonly remembered = new Set<string>();
  private warnedAtMs = -Infinity;

  /** @param machine its host name; only tests pass it */
  constructor({ HOST, ALLOWED_HOSTS }: Pick<ApiConfig, 'HOST' | 'ALLOWED_HOSTS'>, machine = hostname()) {
    const [name = ''] = machine.toLowerCase().split('.');
    const own = ['localhost', HOST.toLowerCase(), machine.toLowerCase(), name, `${name}.local`];
    const isDomain = (host: string): boolean => host.startsWith('.');
    this.names = new Set([...own, ...ALLOWED_HOSTS.map((host) => host.replace(/^\./, ''))]);
    this.domains = ['.localhost', ...ALLOWED_HOSTS.filter(isDomain)];
  }

  /**
   * Why a request is not answered; null where it is for this server.
   *
   * @returns ProblemError 421 for a foreign host, 400 for none, several, or what is no host (RFC 9112, 3.2)
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
    // With a dot at its end a name is the same, and no search list is tried.
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

/** Node keeps the first of them, and a proxy may have gone by another. */
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
