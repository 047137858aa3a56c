import { isIPv6 } from 'node:net';
import type { ApiConfig } from '@drivewatch/config';
import { Inject, Injectable } from '@nestjs/common';
import { TokenBucket } from 'limiter';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { API_CONFIG } from '../config.module';
import { AccessError } from './access-error';

/** What may come at once is the limit of so long, so that a device may send what it has gathered. */
const BURST_SECONDS = 10;
/** Wrong keys from one address in a minute; beyond that they are answered 429. Right keys go on. */
const FAILED_KEYS_PER_MINUTE = 100;
/** What one subscriber of an IPv6 provider has at least: 64 bits, as four groups. */
const IPV6_NETWORK_GROUPS = 4;

/** How many requests a key and an address may send to this instance. */
@Injectable()
export class RequestLimits {
  private readonly addresses: RateLimiterMemory;
  /** No more than there are keys, which are all held as well. */
  private readonly keys = new Map<string, TokenBucket>();
  private readonly failures = new RateLimiterMemory({ points: FAILED_KEYS_PER_MINUTE, duration: 60 });

  constructor(@Inject(API_CONFIG) private readonly config: ApiConfig) {
    this.addresses = new RateLimiterMemory({
      points: config.RATE_LIMIT_ADDRESS * BURST_SECONDS,
      duration: BURST_SECONDS,
    });
  }

  /** Counts a request from an address. Rejects with RATE_LIMITED. */
  takeAddress(address: string): Promise<unknown> {
    return this.addresses.consume(networkOf(address)).catch(limitedAddress);
  }

  /** Counts a request with a valid key, without a promise. @returns RATE_LIMITED where it is one too many */
  takeKey(keyId: string): AccessError | null {
    let bucket = this.keys.get(keyId);
    if (bucket === undefined) {
      const limit = this.config.RATE_LIMIT_KEY;
      bucket = new TokenBucket({
        bucketSize: limit * BURST_SECONDS,
        tokensPerInterval: limit,
        interval: 'second',
      });
      bucket.content = bucket.bucketSize;
      this.keys.set(keyId, bucket);
    }
    return bucket.tryRemoveTokens(1)
      ? null
      : AccessError.rateLimited('Too many requests with this key', bucket.getWaitTime(1));
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
