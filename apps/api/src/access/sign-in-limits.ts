import { createHmac } from 'node:crypto';
import type { ApiConfig } from '@drivewatch/config';
import { REDIS, REDIS_PREFIX, type RedisClient } from '@drivewatch/redis';
import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import { API_CONFIG } from '../config.module';
import { KnownNetworks } from './known-networks';
import { networkOf, siteOf } from '../http/network';
import { limited } from './request-limits';
import { pauseSecondsAfter } from './sign-in-pause';

const WINDOW_SECONDS = 15 * 60;
const FAILURES_AT_PLACE = 5;
const FAILURES_OF_NETWORK = 40;
const FAILURES_OF_SITE = 100;
const ACCOUNT_WINDOW_SECONDS = 24 * 3_600;
/**
 * The most counters of each kind, whatever names and addresses are made up; with so many, two people seldom share one.
 */
const COUNTERS = 2 ** 17;

/** An attempt to sign in that has been counted as a failure until it turns out otherwise. */
export interface SignInAttempt {
  /** Whether the account has signed in from that place before. */
  readonly isAtKnownPlace: boolean;
  /** Gives back what this attempt and earlier ones at its place have taken, and remembers the place. */
  succeed: () => Promise<void>;
  /** Gives back what the attempt has taken, because its password was not checked. */
  takeBack: () => Promise<void>;
}

interface Counter {
  readonly limiter: RateLimiterRedis;
  readonly key: string;
}

/**
 * Limits how often a sign-in may fail. Failures count against the account at a place and, at places where the account
 * has never signed in, also against the network (an IPv4 address, an IPv6 /64), the site around it (/24, /48), and the
 * account from everywhere. So nobody elsewhere, and nobody who tries other names, can keep an account from signing in
 * where it did before.
 *
 * The counts are in Redis; otherwise each further instance of the API would grant as many attempts again. A name that
 * nobody has is counted like any other.
 */
@Injectable()
export class SignInLimits {
  private readonly atPlace: RateLimiterRedis;
  private readonly ofNetwork: RateLimiterRedis;
  private readonly ofSite: RateLimiterRedis;
  private readonly ofAccount: RateLimiterRedis;
  private readonly pauses: RateLimiterRedis;
  private readonly known: KnownNetworks;
  private readonly secret: string;

  constructor(
    @Inject(REDIS) redis: RedisClient,
    @Inject(API_CONFIG) { SESSION_SECRET }: Pick<ApiConfig, 'SESSION_SECRET'>,
  ) {
    // Without a secret nobody signs in.
    this.secret = SESSION_SECRET ?? '';
    this.known = new KnownNetworks(redis, this.secret);
    const limiter = (name: string, points: number, duration = WINDOW_SECONDS) =>
      new RateLimiterRedis({
        storeClient: redis,
        keyPrefix: `${REDIS_PREFIX}:sign-in:${name}`,
        points,
        duration,
        insuranceLimiter: new RateLimiterMemory({ points, duration }),
      });
    this.atPlace = limiter('place', FAILURES_AT_PLACE);
    this.ofNetwork = limiter('network', FAILURES_OF_NETWORK);
    this.ofSite = limiter('site', FAILURES_OF_SITE);
    // This counter decides about pauses; it refuses nobody by itself.
    this.ofAccount = limiter('account', Number.MAX_SAFE_INTEGER, ACCOUNT_WINDOW_SECONDS);
    this.pauses = limiter('pause', 1);
  }

  /**
   * Counts an attempt before its password is checked; otherwise simultaneous attempts would all get through.
   *
   * @param name in upper or lower case
   * @param address the client's address
   * @throws ProblemError 429 when it is one too many
   */
  async begin(name: string, address: string): Promise<SignInAttempt> {
    const account = name.toLowerCase();
    const network = networkOf(address);
    const isAtKnownPlace = await this.known.has(account, network).catch(nowhere);
    const place = this.counter(this.atPlace, `${network}|${account}`);
    // This counter comes first, so that somebody who keeps trying one name takes nothing from others at the same
    // address.
    const { consumedPoints } = await place.limiter.consume(place.key).catch(tooMany);
    const taken = [place];
    const takeBack = async (): Promise<void> => {
      await Promise.all(taken.map(({ limiter, key }) => limiter.reward(key)));
    };
    try {
      if (!isAtKnownPlace) await this.takeStranger(account, address, taken);
    } catch (refusal) {
      await takeBack();
      throw refusal;
    }
    return {
      isAtKnownPlace,
      succeed: async () => {
        await Promise.all([
          ...taken.map(({ limiter, key }) => limiter.reward(key, consumedPoints)),
          // If this fails, the session cannot be kept either, and the caller reports that.
          this.known.remember(account, network).catch(nowhere),
        ]);
      },
      takeBack,
    };
  }

  /** @param taken counters are added to it as they are taken */
  private async takeStranger(account: string, address: string, taken: Counter[]): Promise<void> {
    for (const counter of [
      this.counter(this.ofNetwork, networkOf(address)),
      this.counter(this.ofSite, siteOf(address)),
    ]) {
      await counter.limiter.consume(counter.key).catch(tooMany);
      taken.push(counter);
    }
    const counter = this.counter(this.ofAccount, account);
    const { consumedPoints } = await counter.limiter.consume(counter.key);
    taken.push(counter);
    const customDuration = pauseSecondsAfter(consumedPoints);
    // The first attempt after a pause begins the next one, which is longer.
    if (customDuration > 0) await this.pauses.consume(counter.key, 1, { customDuration }).catch(tooMany);
  }

  /**
   * The key is hashed with a secret, so that nobody can choose names or addresses that share a counter with another's.
   */
  private counter(limiter: RateLimiterRedis, text: string): Counter {
    const number = createHmac('sha256', this.secret).update(text).digest().readUInt32BE() % COUNTERS;
    return { limiter, key: String(number) };
  }
}

const tooMany = limited('Too many failed attempts to sign in');

/** While Redis is away, no place is known. */
const nowhere = (): false => false;
