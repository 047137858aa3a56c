import { isIPv4, isIPv6 } from 'node:net';

/** What one subscriber of an IPv6 provider has at least: 64 bits, as four groups. */
const IPV6_NETWORK_GROUPS = 4;
/** What one site has at most: 48 bits (RFC 6177); of IPv4 as many addresses as are given out together. */
const IPV6_SITE_GROUPS = 3;
const IPV4_SITE_BYTES = 3;

/** Under which an address is counted: an IPv6 host has more addresses than could ever be. */
export const networkOf = (address: string): string =>
  ipv4Of(address) ?? groupsOf(address, IPV6_NETWORK_GROUPS) ?? address;

/** The site around an address, whose addresses one peer may have many of: an IPv6 /48, an IPv4 /24. */
export const siteOf = (address: string): string =>
  ipv4Of(address)?.split('.').slice(0, IPV4_SITE_BYTES).join('.') ??
  groupsOf(address, IPV6_SITE_GROUPS) ??
  address;

/** An IPv4 address, also one that came over IPv6; `null` for any other. */
function ipv4Of(address: string): string | null {
  if (isIPv4(address)) return address;
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? null;
}

/** The first groups of an IPv6 address; `null` for any other. */
function groupsOf(address: string, count: number): string | null {
  if (!isIPv6(address)) return null;
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - rest.length);
  return [...groups, ...Array<string>(zeros).fill('0'), ...rest].slice(0, count).join(':');
}
