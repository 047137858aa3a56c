import {
  type AlertPicture,
  type OverspeedAlert,
  overspeedAlertSchema,
  PAST_ALERTS_KEPT,
  REDIS_PREFIX,
} from '@drivewatch/contracts';
import { REDIS } from '@drivewatch/record-queue';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ChainableCommander, Redis } from 'ioredis';
import { z } from 'zod';
import type { DriverHistory } from './overspeed-history';

/** Hash: driver ID → the driver's open alert. */
const ACTIVE_KEY = `${REDIS_PREFIX}:alerts:active`;
/** List: ended alerts, newest first. */
const PAST_KEY = `${REDIS_PREFIX}:alerts:past`;

/** Hash: driver ID → the driver's history. */
const HISTORY_KEY = `${REDIS_PREFIX}:alerts:history`;

/** After Redis did not answer in time; when it was away, its coming back is what is waited for. */
const RETRY_MS = 1_000;

const historySchema = z.object({
  driverID: z.string(),
  lastStartMs: z.number().nullable(),
  lastEndMs: z.number().nullable(),
  recordIds: z.array(z.string()),
}) satisfies z.ZodType<DriverHistory>;

/** What a restarted API has to know. */
export interface SavedAlerts {
  picture: AlertPicture;
  /** Whoever was silent for longest comes first. */
  histories: DriverHistory[];
}

/** What a record changed about a driver. */
export interface DriverChange {
  driverID: string;
  /** The driver's open alert afterwards and the one that ended; `null` when neither changed. */
  alert: { open: OverspeedAlert | undefined; closed?: OverspeedAlert } | null;
  history: DriverHistory;
  /** Another driver, whose history is not kept any longer. */
  forgotten: string | undefined;
}

/** Keeps alerts in Redis, so that a restarted API knows who is speeding, and which records it knows already. */
@Injectable()
export class AlertStore {
  private readonly logger = new Logger(AlertStore.name);
  /** What Redis does not hold yet. */
  private unsaved = new Unsaved();
  private saving = false;

  constructor(@Inject(REDIS) private readonly redis: Redis) {
    redis.on('ready', () => void this.save());
  }

  /** @throws the error of Redis while it is away */
  async load(): Promise<SavedAlerts> {
    const [active, past, saved] = await Promise.all([
      this.redis.hvals(ACTIVE_KEY),
      this.redis.lrange(PAST_KEY, 0, PAST_ALERTS_KEPT - 1),
      this.redis.hvals(HISTORY_KEY),
    ]);
    const histories = saved.map(readHistory).sort((a, b) => lastHeardMs(a) - lastHeardMs(b));
    // An answer that came too late to be seen has its alerts saved twice.
    return { picture: { active: active.map(readAlert), past: [...new Set(past)].map(readAlert) }, histories };
  }

  /** Saves in the background what a record changed; tried again when Redis is back. */
  record(change: DriverChange): void {
    this.unsaved.add(change);
    void this.save();
  }

  private async save(): Promise<void> {
    if (this.saving || this.unsaved.isEmpty || this.redis.status !== 'ready') return;
    this.saving = true;
    const unsaved = this.unsaved;
    this.unsaved = new Unsaved();
    try {
      const transaction = this.redis.multi();
      saveFields(transaction, ACTIVE_KEY, unsaved.active);
      saveFields(transaction, HISTORY_KEY, unsaved.histories);
      if (unsaved.past.length > 0) {
        transaction.lpush(PAST_KEY, ...unsaved.past.map((alert) => JSON.stringify(alert)));
        transaction.ltrim(PAST_KEY, 0, PAST_ALERTS_KEPT - 1);
      }
      await transaction.exec();
    } catch (error) {
      this.logger.warn(`Alerts are not saved yet: ${error instanceof Error ? error.message : String(error)}`);
      this.unsaved = unsaved.followedBy(this.unsaved);
      setTimeout(() => void this.save(), RETRY_MS).unref();
      return;
    } finally {
      this.saving = false;
    }
    void this.save();
  }
}

/** Changes that Redis does not hold, the newest of each driver; `null` stands for what is gone. */
class Unsaved {
  readonly active = new Map<string, OverspeedAlert | null>();
  readonly histories = new Map<string, DriverHistory | null>();
  /** Ended alerts, oldest first. */
  past: OverspeedAlert[] = [];

  get isEmpty(): boolean {
    return this.histories.size === 0;
  }

  add({ driverID, alert, history, forgotten }: DriverChange): void {
    if (alert !== null) this.active.set(driverID, alert.open ?? null);
    if (alert?.closed !== undefined) this.past = [...this.past, alert.closed].slice(-PAST_ALERTS_KEPT);
    if (forgotten !== undefined) this.histories.set(forgotten, null);
    this.histories.set(driverID, history);
  }

  /** Adds later changes. */
  followedBy(later: Unsaved): this {
    for (const [driverID, alert] of later.active) this.active.set(driverID, alert);
    for (const [driverID, history] of later.histories) this.histories.set(driverID, history);
    this.past = [...this.past, ...later.past].slice(-PAST_ALERTS_KEPT);
    return this;
  }
}

function saveFields(
  transaction: ChainableCommander,
  key: string,
  values: ReadonlyMap<string, object | null>,
): void {
  for (const [field, value] of values) {
    if (value === null) transaction.hdel(key, field);
    else transaction.hset(key, field, JSON.stringify(value));
  }
}

const lastHeardMs = ({ lastStartMs, lastEndMs }: DriverHistory): number =>
  Math.max(lastStartMs ?? 0, lastEndMs ?? 0);

const readAlert = (json: string): OverspeedAlert => overspeedAlertSchema.parse(JSON.parse(json));
const readHistory = (json: string): DriverHistory => historySchema.parse(JSON.parse(json));
