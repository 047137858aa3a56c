import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** What one subscriber of an IPv6 provider has at least: 64 bits, as four groups. */
const IPV6_NETWORK_GROUPS = 4;
/** What one site has at most: 48 bits (RFC 6177); of IPv4 as many addresses as are given out together. */
const IPV6_SITE_GROUPS = 3;
const IPV4_SITE_BYTES = 3;

/** Under which an address is counted: an IPv6 host has more addresses than could ever be. */
export const networkOf = (address: string): string => beginningOf(address, IPV6_NETWORK_GROUPS);

/** The site around an address, whose addresses one peer may have many of: an IPv6 /48, an IPv4 /24. */
export const siteOf = (address: string): string => beginningOf(address, IPV6_SITE_GROUPS, IPV4_SITE_BYTES);

/** What an address begins with; the text itself where it is no address, which a proxy may say. */
function beginningOf(address: string, ipv6Groups: number, ipv4Bytes = 4): string {
  const ip = parse(address);
  if (ip instanceof ipaddr.IPv4) return ip.octets.slice(0, ipv4Bytes).join('.');
  const groups = ip?.parts.slice(0, ipv6Groups).map((group) => group.toString(16));
  return groups?.join(':') ?? address;
}

/** An IPv4 address that came over IPv6 is one of IPv4. The zone of a link-local address is none of its network. */
function parse(address: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const [plain = ''] = address.split('%', 1);
  return isIPv4(plain) || isIPv6(plain) ? ipaddr.process(plain) : null;
}
