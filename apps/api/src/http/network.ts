import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** A subscriber of an IPv6 provider has at least a network of 64 bits, which is four groups. */
const IPV6_NETWORK_GROUPS = 4;
/**
 * A site has at most a network of 48 bits (RFC 6177); its IPv4 counterpart is a /24, addresses that are given out
 * together.
 */
const IPV6_SITE_GROUPS = 3;
const IPV4_SITE_BYTES = 3;

/** Returns the network that an address is counted under: an IPv6 host has more addresses than could ever be counted. */
export const networkOf = (address: string): string => beginningOf(address, IPV6_NETWORK_GROUPS);

/** Returns the site around an address, where one person may have many addresses: an IPv6 /48, an IPv4 /24. */
export const siteOf = (address: string): string => beginningOf(address, IPV6_SITE_GROUPS, IPV4_SITE_BYTES);

/** Returns how an address begins, or the text itself where it is no address, as a proxy may send. */
function beginningOf(address: string, ipv6Groups: number, ipv4Bytes = 4): string {
  const ip = parse(address);
  if (ip instanceof ipaddr.IPv4) return ip.octets.slice(0, ipv4Bytes).join('.');
  const groups = ip?.parts.slice(0, ipv6Groups).map((group) => group.toString(16));
  return groups?.join(':') ?? address;
}

/** Reads an IPv4 address that came over IPv6 as IPv4. The zone of a link-local address is not part of its network. */
function parse(address: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const [plain = ''] = address.split('%', 1);
  return isIPv4(plain) || isIPv6(plain) ? ipaddr.process(plain) : null;
}
