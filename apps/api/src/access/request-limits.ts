import { type ApiConfig, authenticationOf } from '@drivewatch/config';
import { Inject, Injectable } from '@nestjs/common';
import { TokenBucket } from 'limiter';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { API_CONFIG } from '../config.module';
import { networkOf } from '../http/network';
import { type ProblemError, rateLimited } from '../http/problem-error';

/** What may come at once is the limit of so long, so that a device may send what it has gathered. */
const BURST_SECONDS = 10;
/** Wrong keys from one address in a minute; beyond that they are answered 429. Right keys go on. */
const FAILED_KEYS_PER_MINUTE = 100;
/** So often, in the time of a burst, a holder of live connections may open all of them anew. */
const HANDSHAKES_PER_SOCKET = 3;
/** How many times as many live connections as one session all sessions of a user may have, and, without sign-in, an address. */
export const SHARED_FACTOR = 10;
/** Who has shown METRICS_TOKEN, among the callers. */
export const METRICS_CALLER = 'metrics';

/** How many requests a key and an address may send to this instance. */
@Injectable()
export class RequestLimits {
  private readonly addresses: RateLimiterMemory;
  private readonly callers: RateLimiterMemory;
  private readonly handshakes: RateLimiterMemory;
  /** No more than there are keys, which are all held as well. */
  private readonly keys = new Map<string, TokenBucket>();
  private readonly failures = new RateLimiterMemory({ points: FAILED_KEYS_PER_MINUTE, duration: 60 });

  constructor(@Inject(API_CONFIG) private readonly config: ApiConfig) {
    const limit = { points: config.RATE_LIMIT_ADDRESS * BURST_SECONDS, duration: BURST_SECONDS };
    this.addresses = new RateLimiterMemory(limit);
    this.callers = new RateLimiterMemory(limit);
    const sockets = config.MAX_SOCKETS_PER_SESSION * (authenticationOf(config) === 'on' ? 1 : SHARED_FACTOR);
    this.handshakes = new RateLimiterMemory({
      points: sockets * HANDSHAKES_PER_SOCKET,
      duration: BURST_SECONDS,
    });
  }

  /** Counts a request from an address. Rejects with RATE_LIMITED. */
  takeAddress(address: string): Promise<unknown> {
    return this.addresses.consume(networkOf(address)).catch(limitedAddress);
  }

  /**
   * Counts a request of somebody who has shown who that is, wherever it comes from. Rejects with RATE_LIMITED.
   *
   * @param callerId of the session, or {@link METRICS_CALLER}
   */
  takeCaller(callerId: string): Promise<unknown> {
    return this.callers.consume(callerId).catch(limited('Too many requests of this session'));
  }

  /** Counts a handshake of the live socket. Rejects with RATE_LIMITED. @param holderId of the session, or the address */
  takeHandshake(holderId: string): Promise<unknown> {
    return this.handshakes.consume(holderId).catch(limited('Too many new connections of this session'));
  }

  /** Counts a request with a valid key, without a promise. @returns RATE_LIMITED where it is one too many */
  takeKey(keyId: string): ProblemError | null {
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
      : rateLimited('Too many requests with this key', bucket.getWaitTime(1));
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
    if (reason instanceof RateLimiterRes) throw rateLimited(detail, reason.msBeforeNext);
    throw reason;
  };

const limitedAddress = limited('Too many requests from this address');
