import { setTimeout as wait } from 'node:timers/promises';
import type { LoggerService } from '@nestjs/common';
import type { RedisClient } from './connect-redis';
import { type DurabilityMode, readDurability, type RedisDurability } from './redis-durability';
import { RepeatedWarning } from './repeated-warning';

const LOOK_EVERY_MS = 10_000;
/** The warning is about a setting, and nobody changes settings within minutes. */
const WARN_EVERY_MS = 3_600_000;
/** A reachable Redis answers long before this. */
const START_LIMIT_MS = 2_000;

/** Watches whether Redis keeps what it confirms: settings may change while it runs, or another may take its place. */
export class DurabilityWatch {
  private readonly warnings: RepeatedWarning;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<RedisDurability> | null = null;
  private lastProblem: string | null = null;

  constructor(
    private readonly redis: RedisClient,
    private readonly mode: DurabilityMode,
    private readonly log: Pick<LoggerService, 'error' | 'log' | 'warn'>,
  ) {
    this.warnings = new RepeatedWarning(log, WARN_EVERY_MS);
  }

  /**
   * Looks for the first time, and from then on every ten seconds. Where Redis is away, which is allowed, the first look
   * waits until it is back.
   *
   * @throws Error in one line when Redis does not keep what it confirms
   */
  async start(): Promise<void> {
    if (await this.isThere()) {
      const first = await Promise.race([this.look().catch(() => null), wait(START_LIMIT_MS, null)]);
      if (first?.problem) throw new Error(first.problem);
    }
    this.redis.on('ready', this.lookSoon);
    this.timer = setInterval(this.lookSoon, LOOK_EVERY_MS);
  }

  stop(): void {
    this.redis.off('ready', this.lookSoon);
    clearInterval(this.timer);
  }

  /**
   * Returns the present state; all who ask at the same time share one look.
   *
   * @throws the error of Redis while it is away
   */
  look(): Promise<RedisDurability> {
    this.looking ??= this.lookNow().finally(() => {
      this.looking = null;
    });
    return this.looking;
  }

  private readonly lookSoon = (): void => {
    // The check for readiness keeps commands from piling up while Redis is away.
    if (this.isReady()) this.look().catch(() => undefined);
  };

  private async lookNow(): Promise<RedisDurability> {
    const durability = await readDurability(this.redis, this.mode);
    const { problem, warning } = durability;
    if (problem !== null && problem !== this.lastProblem) this.log.error(problem);
    if (problem === null && this.lastProblem !== null) this.log.log('Redis keeps what it confirms again');
    if (warning !== null) this.warnings.say(warning);
    this.lastProblem = problem;
    return durability;
  }

  /** Waits for the outcome of the first attempt to connect. */
  private async isThere(): Promise<boolean> {
    if (this.isReady()) return true;
    const settled = new AbortController();
    const end = (): void => settled.abort();
    this.redis.once('ready', end).once('error', end);
    await wait(START_LIMIT_MS, undefined, { signal: settled.signal }).catch(() => undefined);
    this.redis.off('ready', end).off('error', end);
    return this.isReady();
  }

  private readonly isReady = (): boolean => this.redis.status === 'ready';
}
