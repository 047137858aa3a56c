import { type ApiConfig, authenticationOf } from '@drivewatch/config';
import { Inject, Injectable } from '@nestjs/common';
import { TokenBucket } from 'limiter';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { API_CONFIG } from '../config.module';
import { networkOf } from '../http/network';
import { type ProblemError, rateLimited } from '../http/problem-error';

/** A burst may be as large as the limit for this many seconds, so that a device can send what it has gathered. */
const BURST_SECONDS = 10;
/** How many wrong keys one address may show in a minute; further ones are answered 429. Valid keys keep working. */
const FAILED_KEYS_PER_MINUTE = 100;
/** How often, within the time of a burst, a holder of live connections may reopen all of them. */
const HANDSHAKES_PER_SOCKET = 3;
/**
 * The live connections that all sessions of a user together (or, without sign-in, an address) may have, as a multiple
 * of one session's.
 */
export const SHARED_FACTOR = 10;
/** The caller id of whoever has shown METRICS_TOKEN. */
export const METRICS_CALLER = 'metrics';

/** Limits how many requests a key and an address may send to this instance. */
@Injectable()
export class RequestLimits {
  private readonly addresses: RateLimiterMemory;
  private readonly callers: RateLimiterMemory;
  private readonly handshakes: RateLimiterMemory;
  /** Never larger than the number of keys, which are all held in memory as well. */
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
   * Counts a request of somebody who has shown who they are, whatever the address. Rejects with RATE_LIMITED.
   *
   * @param callerId the session's id, or that of a key for the live feed, or {@link METRICS_CALLER}
   */
  takeCaller(callerId: string): Promise<unknown> {
    return this.callers.consume(callerId).catch(limited('Too many requests of this session or key'));
  }

  /**
   * Counts a handshake of the live socket. Rejects with RATE_LIMITED.
   *
   * @param holderId the session's id, or that of a key for the live feed, or the address
   */
  takeHandshake(holderId: string): Promise<unknown> {
    return this.handshakes
      .consume(holderId)
      .catch(limited('Too many new connections of this session or key'));
  }

  /** Counts a request with a valid key, without a promise. @returns RATE_LIMITED if it is one too many */
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

/** Turns what a limiter rejects with into the error that the client is told; rethrows anything else. */
export const limited =
  (detail: string) =>
  (reason: unknown): never => {
    if (reason instanceof RateLimiterRes) throw rateLimited(detail, reason.msBeforeNext);
    throw reason;
  };

const limitedAddress = limited('Too many requests from this address');
