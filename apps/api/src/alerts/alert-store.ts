import type { ApiConfig } from '@drivewatch/config';
import { type AlertPicture, type NumberedAlertChange, PAST_ALERTS_KEPT } from '@drivewatch/contracts';
import type { RemovedDriver } from '@drivewatch/persistence';
import {
  ALERT_KEYS,
  ALERT_STATE_KEYS,
  newsKeyOf,
  REDIS,
  type RedisClient,
  RedisScript,
  type Transaction,
} from '@drivewatch/redis';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { API_CONFIG } from '../config.module';
import changeAlertLua from './change-alert-9.lua';
import forgetAlertsLua from './forget-alerts-7.lua';
import noteNewsLua from './note-news-n.lua';
import type { DriverState, DriverUpdate } from './overspeed-decision';
import { noHistory } from './overspeed-history';
import { type OverspeedNews, readNews } from './overspeed-news';
import {
  readAlert,
  readChange,
  readHistory,
  readSpell,
  writeAlert,
  writeChange,
  writeHistory,
  writeSpell,
} from './stored-alerts';

/**
 * About 25 MB in Redis, for twice the fleet that one Drivewatch is made for; the driver silent for longest is dropped
 * first.
 */
const MAX_HISTORIES = 100_000;
/** How many changes a page may have missed and still be told one by one. */
export const CHANGES_KEPT = 10_000;
const READ_AT_ONCE = 1_000;
/** How many news items of one driver are decided on in one step. */
const NEWS_AT_ONCE = 100;

/** The result of a change. */
interface Written {
  /** Whether there are changes to tell the pages. */
  readonly isTold: boolean;
  /** Whether nothing was left to do. */
  readonly isDone: boolean;
  /** How many starts raised no alert because the limit of open alerts was reached. */
  readonly withheld: number;
}
const NOTHING_WRITTEN: Written = { isTold: false, isDone: true, withheld: 0 };

/** The alerts that all instances of the API share. Every method throws the error of Redis while it is away. */
@Injectable()
export class AlertStore {
  private readonly logger = new Logger(AlertStore.name);
  private readonly changeScript: RedisScript<0 | 1 | 2>;
  private readonly noteNewsScript: RedisScript<null>;
  private readonly forgetScript: RedisScript<0 | 1>;

  constructor(
    @Inject(REDIS) private readonly redis: RedisClient,
    @Inject(API_CONFIG)
    private readonly config: Pick<ApiConfig, 'MAX_OPEN_ALERTS' | 'MAX_OPEN_ALERTS_PER_KEY'>,
  ) {
    this.changeScript = new RedisScript(redis, 'changeAlert', changeAlertLua);
    this.noteNewsScript = new RedisScript(redis, 'noteNews', noteNewsLua);
    this.forgetScript = new RedisScript(redis, 'forgetAlerts', forgetAlertsLua);
  }

  /** Reads everything, as of one moment. */
  async load(): Promise<AlertPicture> {
    await this.adoptHistories();
    const [active, past, lastId] = await this.atOnce<[string[], string[], string | null]>([
      ['hvals', ALERT_KEYS.active],
      ['lrange', ALERT_KEYS.past, 0, PAST_ALERTS_KEPT - 1],
      ['get', ALERT_KEYS.lastId],
    ]);
    return {
      active: active.map(readAlert),
      past: past.map(readAlert),
      lastAlertId: Number(lastId ?? 0),
    };
  }

  /**
   * Returns the changes after the one with that id, oldest first; only some of them when there are many.
   *
   * @returns `null` when they are no longer known: the log begins later, or Redis has lost what it held
   */
  async changesSince(id: number): Promise<NumberedAlertChange[] | null> {
    const [entries, saved] = await this.atOnce<[[string, string[]][], string | null]>([
      ['xrange', ALERT_KEYS.log, `(${id}-0`, '+', 'COUNT', READ_AT_ONCE],
      ['get', ALERT_KEYS.lastId],
    ]);
    const lastId = Number(saved ?? 0);
    if (lastId === id) return [];
    const changes = entries.map(([entryId, [, json]]) => ({
      ...readChange(json ?? ''),
      id: Number.parseInt(entryId, 10),
    }));
    return lastId > id && changes[0]?.id === id + 1 ? changes : null;
  }

  /** Returns the last changes, oldest first, at most as many as are kept. */
  async lastChanges(until: number): Promise<NumberedAlertChange[]> {
    let changes: NumberedAlertChange[] = [];
    let id = Math.max(0, until - CHANGES_KEPT);
    const [oldest] = await this.redis.xrange(ALERT_KEYS.log, '-', '+', 'COUNT', 1);
    if (oldest !== undefined) id = Math.max(id, Number.parseInt(oldest[0], 10) - 1);
    while (id < until) {
      const next = await this.changesSince(id);
      const last = next?.at(-1);
      if (next === null || last === undefined) return [];
      changes = changes.concat(next.filter((change) => change.id <= until));
      id = last.id;
    }
    return changes;
  }

  /**
   * Adds a command to a transaction, so that the news is there to be decided on exactly if the rest of the transaction
   * happens.
   */
  noteIn(transaction: Transaction, news: readonly OverspeedNews[]): void {
    const lists = news.map(({ driverId }) => newsKeyOf(driverId));
    const said = news.flatMap((each) => [each.driverId, JSON.stringify(each)]);
    this.noteNewsScript.addTo(
      transaction,
      [ALERT_KEYS.newsDrivers, ALERT_KEYS.lastNews, ...lists],
      [Date.now(), ...said],
    );
  }

  /**
   * Returns at most `count` drivers whose oldest undecided news was noted before that time, the longest waiting first.
   */
  async driversWithNews(beforeMs: number, count: number): Promise<string[]> {
    return await this.redis.zrange(
      ALERT_KEYS.newsDrivers,
      '-inf',
      String(beforeMs),
      'BYSCORE',
      'LIMIT',
      0,
      count,
    );
  }

  /**
   * Changes what is known of a driver. Instances that change the same driver at the same time do so one after the
   * other: each decides on the basis of what the one before has left.
   *
   * @param decide called again with the newer state when it has changed in the meantime
   * @returns whether there are changes to tell the pages
   */
  async change(driverId: string, decide: (state: DriverState) => DriverUpdate | null): Promise<boolean> {
    const { isTold } = await this.write(driverId, 0, decide);
    return isTold;
  }

  /**
   * Works like {@link change} on the driver's next news, which the same step removes: even if instances die while
   * deciding, each item is decided on once, in the order in which their records were queued.
   *
   * @param decide is also told whether one more alert may be open
   * @returns also whether no news of the driver is left
   */
  async changeByNews(
    driverId: string,
    decide: (state: DriverState, news: readonly OverspeedNews[], mayOpen: boolean) => DriverUpdate,
  ): Promise<Written> {
    return await this.write(driverId, NEWS_AT_ONCE, decide);
  }

  private async write(
    driverId: string,
    maxNews: number,
    decide: (state: DriverState, news: readonly OverspeedNews[], mayOpen: boolean) => DriverUpdate | null,
  ): Promise<Written> {
    const newsKey = newsKeyOf(driverId);
    let mayOpen = true;
    for (;;) {
      const [active, known, noted] = await this.atOnce<[string | null, string | null, string[]?]>([
        ['hget', ALERT_KEYS.active, driverId],
        ['hget', ALERT_KEYS.history, driverId],
        ...(maxNews === 0 ? [] : [['lrange', newsKey, 0, maxNews - 1]]),
      ]);
      const state = {
        open: active === null ? undefined : readSpell(active),
        history: known === null ? noHistory(driverId) : readHistory(known),
      };
      const entries = noted ?? [];
      if (maxNews > 0 && entries.length === 0) return NOTHING_WRITTEN;
      const news = entries.flatMap((entry) => this.newsIn(entry));
      const update = decide(state, news, mayOpen);
      if (update === null) return NOTHING_WRITTEN;
      const written = await this.changeScript.run(
        [...ALERT_STATE_KEYS, ALERT_KEYS.newsDrivers, newsKey, ALERT_KEYS.reporters],
        [
          driverId,
          active ?? '',
          known ?? '',
          update.open === undefined ? '' : writeSpell(update.open),
          writeHistory(update.history),
          entries.length,
          entries[0] ?? '',
          update.closed.length,
          Date.now(),
          MAX_HISTORIES,
          PAST_ALERTS_KEPT,
          CHANGES_KEPT,
          state.open?.reporterId ?? '',
          update.open?.reporterId ?? '',
          this.config.MAX_OPEN_ALERTS,
          this.config.MAX_OPEN_ALERTS_PER_KEY,
          ...update.closed.map(writeAlert),
          ...update.changes.map(writeChange),
        ],
      );
      if (written === 1)
        return {
          isTold: update.changes.length > 0,
          isDone: entries.length < maxNews,
          withheld: update.withheld,
        };
      if (written === 2) mayOpen = false;
    }
  }

  private newsIn(entry: string): OverspeedNews[] {
    const news = readNews(entry.slice(entry.indexOf(' ') + 1));
    if (news === null) this.logger.error('A noted news item about overspeeding cannot be read');
    return news === null ? [] : [news];
  }

  /**
   * Forgets the alerts and histories of drivers of whom nothing was heard after their removal.
   *
   * @returns whether there were any, so that all instances have to read the alerts anew
   */
  async forget(removed: readonly RemovedDriver[]): Promise<boolean> {
    const changed = await this.forgetScript.run(
      [...ALERT_STATE_KEYS, ALERT_KEYS.reporters],
      removed.flatMap(({ driverId, removedAtMs }) => [driverId, removedAtMs]),
    );
    return changed === 1;
  }

  /** Histories left by an earlier version are not yet in the order in which histories are forgotten. */
  private async adoptHistories(): Promise<void> {
    const [saved, ordered] = await Promise.all([
      this.redis.hlen(ALERT_KEYS.history),
      this.redis.zcard(ALERT_KEYS.heard),
    ]);
    if (saved === ordered) return;
    for (const json of await this.redis.hvals(ALERT_KEYS.history)) {
      const { driverId, lastStartMs, lastEndMs } = readHistory(json);
      await this.redis.zadd(ALERT_KEYS.heard, 'NX', Math.max(lastStartMs ?? 0, lastEndMs ?? 0), driverId);
    }
  }

  private async atOnce<T extends unknown[]>(commands: (string | number)[][]): Promise<T> {
    const answers = (await this.redis.multi(commands as unknown as unknown[][]).exec()) ?? [];
    return answers.map(([error, answer]) => {
      if (error !== null) throw error;
      return answer;
    }) as T;
  }
}
