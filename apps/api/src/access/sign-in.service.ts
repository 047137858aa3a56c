import { hashPassword, verifyPassword } from '@drivewatch/access';
import { REDIS_PREFIX, type SignIn } from '@drivewatch/contracts';
import { REDIS, type RedisClient } from '@drivewatch/record-queue';
import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import { AccessError } from './access-error';
import { type DashboardUser, DashboardUsers } from './dashboard-users';
import { limited, networkOf } from './request-limits';

const WINDOW_SECONDS = 15 * 60;
const FAILURES_PER_NAME_AND_ADDRESS = 5;
const FAILURES_PER_ADDRESS = 20;
/** Each holds 19 MiB and a thread of its own for tens of milliseconds; files are read by the same threads. */
const CHECKS_AT_ONCE = 16;

/** Checks names and passwords, slowly for whoever guesses. */
@Injectable()
export class SignInService {
  private readonly ofName: RateLimiterRedis;
  private readonly ofAddress: RateLimiterRedis;
  /** Of no user; checked instead, so that an unknown name takes as long as a wrong password. */
  private readonly nobodysHash = hashPassword(crypto.randomUUID());
  private checks = 0;

  constructor(
    private readonly users: DashboardUsers,
    @Inject(REDIS) redis: RedisClient,
  ) {
    // Counted in Redis, or else each further instance of the API would give another five attempts.
    const limiter = (name: string, points: number) =>
      new RateLimiterRedis({
        storeClient: redis,
        keyPrefix: `${REDIS_PREFIX}:sign-in:${name}`,
        points,
        duration: WINDOW_SECONDS,
        insuranceLimiter: new RateLimiterMemory({ points, duration: WINDOW_SECONDS }),
      });
    this.ofName = limiter('name', FAILURES_PER_NAME_AND_ADDRESS);
    this.ofAddress = limiter('address', FAILURES_PER_ADDRESS);
  }

  /**
   * @param address of the client
   * @throws AccessError 401 whatever is wrong, 429 after too many failures, 503 before the users have been read
   */
  async check({ name, password }: SignIn, address: string): Promise<DashboardUser> {
    if (!this.users.isLoaded) throw AccessError.unavailable('Users are not known yet');
    const network = networkOf(address);
    const nameKey = `${network}|${name.toLowerCase()}`;
    // Counted before the check and taken back after a success, or else attempts at the same moment would all go on.
    const tooMany = limited('Too many failed attempts to sign in');
    await this.ofAddress.consume(network).catch(tooMany);
    await this.ofName.consume(nameKey).catch(tooMany);
    const user = this.users.named(name);
    const isRight = await this.verify(user?.passwordHash ?? (await this.nobodysHash), password);
    if (user === undefined || !isRight) throw AccessError.signInFailed();
    await Promise.all([this.ofName.delete(nameKey), this.ofAddress.reward(network)]);
    return user;
  }

  private async verify(passwordHash: string, password: string): Promise<boolean> {
    if (this.checks >= CHECKS_AT_ONCE)
      throw AccessError.rateLimited('Too many people sign in at this moment', 1_000);
    this.checks += 1;
    try {
      return await verifyPassword(passwordHash, password);
    } finally {
      this.checks -= 1;
    }
  }
}
