import {
  type AlertPicture,
  type OverspeedAlert,
  PAST_ALERTS_KEPT,
  REDIS_PREFIX,
} from '@drivewatch/contracts';
import { REDIS } from '@drivewatch/record-queue';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { z } from 'zod';

/** Hash: driver ID → the driver's open alert. */
const ACTIVE_KEY = `${REDIS_PREFIX}:alerts:active`;
/** List: ended alerts, newest first. */
const PAST_KEY = `${REDIS_PREFIX}:alerts:past`;

/** After Redis did not answer in time; when it was away, its coming back is what is waited for. */
const RETRY_MS = 1_000;

const alertSchema = z.object({
  driverID: z.string(),
  carPlateNumber: z.string(),
  startedAtMs: z.number(),
  endedAtMs: z.number().nullable(),
}) satisfies z.ZodType<OverspeedAlert>;

/** Keeps alerts in Redis, so that a restarted API knows who is speeding. */
@Injectable()
export class AlertStore {
  private readonly logger = new Logger(AlertStore.name);
  /** What Redis does not hold yet: open alerts by driver (`null`: none any more), and ended ones, oldest first. */
  private unsavedActive = new Map<string, OverspeedAlert | null>();
  private unsavedPast: OverspeedAlert[] = [];
  private saving = false;

  constructor(@Inject(REDIS) private readonly redis: Redis) {
    redis.on('ready', () => void this.save());
  }

  /** @throws the error of Redis while it is away */
  async load(): Promise<AlertPicture> {
    const [active, past] = await Promise.all([
      this.redis.hvals(ACTIVE_KEY),
      this.redis.lrange(PAST_KEY, 0, PAST_ALERTS_KEPT - 1),
    ]);
    // An answer that came too late to be seen has its alerts saved twice.
    return { active: active.map(readAlert), past: [...new Set(past)].map(readAlert) };
  }

  /**
   * Saves in the background what became of a driver's alert; tried again when Redis is back.
   *
   * @param open the driver's open alert, if any
   * @param closed the alert that has just ended, if any
   */
  record(driverID: string, open: OverspeedAlert | undefined, closed: OverspeedAlert | undefined): void {
    this.unsavedActive.set(driverID, open ?? null);
    if (closed !== undefined) this.unsavedPast.push(closed);
    void this.save();
  }

  private async save(): Promise<void> {
    if (this.saving || this.unsavedActive.size === 0 || this.redis.status !== 'ready') return;
    this.saving = true;
    const active = this.unsavedActive;
    const past = this.unsavedPast;
    this.unsavedActive = new Map();
    this.unsavedPast = [];
    try {
      const transaction = this.redis.multi();
      for (const [driverID, alert] of active) {
        if (alert === null) transaction.hdel(ACTIVE_KEY, driverID);
        else transaction.hset(ACTIVE_KEY, driverID, JSON.stringify(alert));
      }
      if (past.length > 0) {
        transaction.lpush(PAST_KEY, ...past.map((alert) => JSON.stringify(alert)));
        transaction.ltrim(PAST_KEY, 0, PAST_ALERTS_KEPT - 1);
      }
      await transaction.exec();
    } catch (error) {
      this.logger.warn(`Alerts are not saved yet: ${error instanceof Error ? error.message : String(error)}`);
      this.unsavedActive = new Map([...active, ...this.unsavedActive]);
      this.unsavedPast = [...past, ...this.unsavedPast].slice(-PAST_ALERTS_KEPT);
      setTimeout(() => void this.save(), RETRY_MS).unref();
      return;
    } finally {
      this.saving = false;
    }
    void this.save();
  }
}

const readAlert = (json: string): OverspeedAlert => alertSchema.parse(JSON.parse(json));
