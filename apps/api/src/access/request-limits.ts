import { isIPv6 } from 'node:net';
import type { ApiConfig } from '@drivewatch/config';
import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { API_CONFIG } from '../config.module';
import { AccessError } from './access-error';

/** Limits are averages over so long, so that a device may send what it has gathered. */
const BURST_SECONDS = 10;
/** Wrong keys from one address in a minute; beyond that they are answered 429. Right keys go on. */
const FAILED_KEYS_PER_MINUTE = 100;
/** What one subscriber of an IPv6 provider has at least: 64 bits, as four groups. */
const IPV6_NETWORK_GROUPS = 4;

/** How many requests a key and an address may send to this instance. */
@Injectable()
export class RequestLimits {
  private readonly addresses: RateLimiterMemory;
  private readonly keys: RateLimiterMemory;
  private readonly failures = new RateLimiterMemory({ points: FAILED_KEYS_PER_MINUTE, duration: 60 });

  constructor(@Inject(API_CONFIG) config: ApiConfig) {
    const perSecond = (requests: number) =>
      new RateLimiterMemory({ points: requests * BURST_SECONDS, duration: BURST_SECONDS });
    this.addresses = perSecond(config.RATE_LIMIT_ADDRESS);
    this.keys = perSecond(config.RATE_LIMIT_KEY);
  }

  /** Counts a request from an address. Rejects with RATE_LIMITED. */
  takeAddress(address: string): Promise<unknown> {
    return this.addresses.consume(networkOf(address)).catch(limitedAddress);
  }

  /** Counts a request with a key. Rejects with RATE_LIMITED. */
  takeKey(keyId: string): Promise<unknown> {
    return this.keys.consume(keyId).catch(limitedKey);
  }

  /** Counts a wrong key. Rejects with RATE_LIMITED. */
  takeFailure(address: string): Promise<unknown> {
    return this.failures
      .consume(networkOf(address))
      .catch(limited('Too many requests without a valid key from this address'));
  }
}

/** Turns what a limiter rejects with into what the client is told; anything else is thrown on. */
export const limited =
  (detail: string) =>
  (reason: unknown): never => {
    if (reason instanceof RateLimiterRes) throw AccessError.rateLimited(detail, reason.msBeforeNext);
    throw reason;
  };

const limitedAddress = limited('Too many requests from this address');
const limitedKey = limited('Too many requests with this key');

/** Under which an address is counted: an IPv6 host has more addresses than could ever be. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - rest.length);
  return [...groups, ...Array<string>(zeros).fill('0'), ...rest].slice(0, IPV6_NETWORK_GROUPS).join(':');
}
