import { createHmac } from 'node:crypto';
import { REDIS_PREFIX, type RedisClient } from '@drivewatch/redis';

/** An account keeps its newest networks up to this number: a home, an office, a telephone and two more. */
const NETWORKS_KEPT = 5;
const KEPT_MS = 90 * 24 * 3_600_000;

/**
 * Remembers in Redis which networks each account has signed in from lately. Names and networks are hashed with the
 * secret of the sessions, so that what Redis holds tells nobody who works where.
 */
export class KnownNetworks {
  constructor(
    private readonly redis: RedisClient,
    private readonly secret: string,
  ) {}

  /**
   * Tells whether the account has signed in from the network; `false` for a name that nobody has, after the same work.
   *
   * @throws while Redis is away
   */
  async has(name: string, network: string): Promise<boolean> {
    return (await this.redis.zscore(this.keyOf(name), this.hash(network))) !== null;
  }

  /**
   * Notes that the account has signed in from the network, replacing its least recently used one.
   *
   * @throws while Redis is away
   */
  async remember(name: string, network: string): Promise<void> {
    const key = this.keyOf(name);
    await this.redis
      .multi()
      .zadd(key, Date.now(), this.hash(network))
      .zremrangebyrank(key, 0, -NETWORKS_KEPT - 1)
      .pexpire(key, KEPT_MS)
      .exec();
  }

  private keyOf(name: string): string {
    return `${REDIS_PREFIX}:sign-in:networks:${this.hash(name)}`;
  }

  private hash(text: string): string {
    return createHmac('sha256', this.secret).update(text).digest('base64url').slice(0, 22);
  }
}
