import { isIPv4 } from 'node:net';
import { domainToASCII } from 'node:url';
import * as z from 'zod';
import { wholeNumber } from './numbers';

const MIN_SECRET_CHARACTERS = 32;
const MIN_TOKEN_CHARACTERS = 16;

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  );
const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text;
/** The lengths follow RFC 1035; `_` is allowed because Docker services may have it in their names. */
const HOST_NAME = /^(?=.{1,253}$)[a-z\d_](?:[\w-]{0,61}[a-z\d_])?(?:\.[a-z\d_](?:[\w-]{0,61}[a-z\d_])?)*$/;
/** The name is checked before it is turned into ASCII, because `domainToASCII` makes names out of much else. */
const WRITTEN_HOST = /^(?:\*?\.)?[\p{L}\p{M}\p{N}_.-]+$/u;
/** Returns a host pattern as {@link access} describes it for ALLOWED_HOSTS; null for anything that is no host name. */
const hostPatternOf = (text: string): string | null => {
  if (!WRITTEN_HOST.test(text)) return null;
  const name = domainToASCII(text.replace(/^\*?\./, '')).replace(/\.$/, '');
  if (!HOST_NAME.test(name)) return null;
  return /^\*?\./.test(text) ? `.${name}` : name;
};
const isAddress = (text: string): boolean =>
  z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]).safeParse(text).success;
const perSecond = wholeNumber(1, 1_000_000);
const onOff = z.enum(['on', 'off'], { error: 'must be on or off' });

/** Settings of who may use the API. */
export const access = {
  /** Unset means off while HOST is only this machine, and on otherwise (see {@link authenticationOf}). */
  AUTH: onOff.optional(),
  /** The secret signs the session cookies; every instance of the API needs the same. */
  SESSION_SECRET: z
    .string()
    .min(MIN_SECRET_CHARACTERS, `must have at least ${MIN_SECRET_CHARACTERS} characters`)
    .optional(),
  /** Origins other than the API's own whose pages may open the socket. */
  ALLOWED_ORIGINS: list.refine((origins) => origins.every(isOrigin), {
    error: 'must be origins such as https://fleet.example, separated by commas',
  }),
  /**
   * Names besides this machine's own that the API answers to, in ASCII and lower case. A leading dot means a domain and
   * everything below it.
   */
  ALLOWED_HOSTS: list
    .refine((hosts) => hosts.every((host) => hostPatternOf(host) !== null), {
      error:
        'must be host names such as fleet.example, or .fleet.example for a domain and all below it, ' +
        'without scheme and port, separated by commas',
    })
    .transform((hosts) => hosts.flatMap((host) => hostPatternOf(host) ?? [])),
  /** The proxies whose X-Forwarded-For and X-Forwarded-Proto are believed. */
  TRUST_PROXY: list.refine((proxies) => proxies.every(isAddress), {
    error: 'must be IP addresses or ranges such as 10.0.0.0/8, separated by commas',
  }),
  /** Unset means that session cookies go over https only, unless HOST is only this machine. */
  COOKIE_SECURE: onOff.optional(),
  /** The bearer token that may read /metrics. */
  METRICS_TOKEN: z
    .string()
    .min(MIN_TOKEN_CHARACTERS, `must have at least ${MIN_TOKEN_CHARACTERS} characters`)
    .optional(),
  /** Requests per second with one device key, on average over ten seconds. */
  RATE_LIMIT_KEY: perSecond.default(2_000),
  /**
   * Records per second with one device key in requests with several, on average; beyond it they are read more slowly.
   */
  RATE_LIMIT_KEY_RECORDS: perSecond.default(20_000),
  /** Live connections of one session or live key at a time to one instance of the API; the oldest makes room. */
  MAX_SOCKETS_PER_SESSION: wholeNumber(1, 10_000).default(20),
  /** Requests per second from one address or in one session, on average over ten seconds. */
  RATE_LIMIT_ADDRESS: perSecond.default(2_000),
};

interface AccessSettings {
  HOST: string;
  AUTH?: 'on' | 'off' | undefined;
  SESSION_SECRET?: string | undefined;
  COOKIE_SECURE?: 'on' | 'off' | undefined;
}

/**
 * Returns whether only programs on this machine can reach a host that is listened on: 127.0.0.0/8, ::1 or localhost.
 */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase();
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'));
}

/** Returns whether keys and sign-in are required. */
export const authenticationOf = ({ AUTH, HOST }: AccessSettings): 'on' | 'off' =>
  AUTH ?? (isLoopbackHost(HOST) ? 'off' : 'on');

/** Returns whether browsers may send session cookies over https only. */
export const sendsCookiesSecurely = ({ COOKIE_SECURE, HOST }: AccessSettings): boolean =>
  COOKIE_SECURE === undefined ? !isLoopbackHost(HOST) : COOKIE_SECURE === 'on';

/**
 * Returns false if authentication is on but the secret that signs sessions is missing, so that the program must not
 * start. It is added to a schema by `refine`.
 */
export const hasSecrets = (settings: AccessSettings): boolean =>
  authenticationOf(settings) === 'off' || settings.SESSION_SECRET !== undefined;
export const SECRETS_REQUIRED = {
  path: ['SESSION_SECRET'],
  error:
    'is required because authentication is on (HOST is not this machine alone, or AUTH=on): ' +
    `at least ${MIN_SECRET_CHARACTERS} random characters, such as those of: openssl rand -base64 48`,
  // This is reported together with whatever else is wrong, unless one of the settings it depends on is wrong.
  when: ({ value }: { value: unknown }): boolean =>
    z.looseObject({ HOST: z.string(), AUTH: onOff.optional() }).safeParse(value).success,
};
