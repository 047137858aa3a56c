import { EventEmitter } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { AlertPicture, NumberedAlertChange, OverspeedAlert } from '@drivewatch/contracts';
import { REDIS, type RedisClient } from '@drivewatch/redis';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { AlertBook } from './alert-book';
import { AlertStore, CHANGES_KEPT } from './alert-store';

/** The first page should not be told that nobody is speeding; a Redis that is up answers long before this. */
const LOAD_LIMIT_MS = 1_000;
/** Another instance announces its changes; this look finds those whose announcement was lost. */
const LOOK_EVERY_MS = 1_000;

/** What a follower tells its listeners on this instance. */
export interface AlertFollowerEvents {
  /** A change, at the moment it is noted. */
  changed: [change: NumberedAlertChange];
  /** The whole picture, when it was read anew. */
  replaced: [picture: AlertPicture];
  /** This instance has written changes that the others should read. */
  announced: [];
}

/**
 * Follows the log of changes and tells listeners on this instance each change, once and in order. It tells them
 * synchronously, so that what this instance holds and what its pages were sent are the same at every moment, and a page
 * may go to any instance.
 */
@Injectable()
export class AlertFollower implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** Listeners are called synchronously; if one throws, the reading counts as failed and is repeated. */
  readonly events = new EventEmitter<AlertFollowerEvents>();
  private readonly logger = new Logger(AlertFollower.name);
  private readonly book = new AlertBook(CHANGES_KEPT);
  private isLoaded = false;
  private failing = false;
  /** The reading under way; `next` is the one to follow it, for calls made meanwhile. */
  private reading: Promise<boolean> | null = null;
  private next: Promise<boolean> | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly store: AlertStore,
    @Inject(REDIS) private readonly redis: RedisClient,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const loaded = new Promise<void>((resolve) => {
      const look = (): void => {
        void this.follow().then((isDone) => {
          if (isDone) resolve();
        });
      };
      this.redis.on('ready', look);
      this.timer = setInterval(look, LOOK_EVERY_MS);
      look();
    });
    await Promise.race([loaded, wait(LOAD_LIMIT_MS, undefined, { ref: false })]);
  }

  beforeApplicationShutdown(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  get openAlerts(): Iterable<OverspeedAlert> {
    return this.book.openAlerts;
  }

  picture(): AlertPicture {
    return this.book.picture();
  }

  /**
   * Tells all instances that changes were written, and reads them here.
   *
   * @returns whether Redis could be read; never rejects
   */
  announce(): Promise<boolean> {
    this.events.emit('announced');
    return this.follow();
  }

  /**
   * Reads and passes on everything written by the time of the call.
   *
   * @returns whether Redis could be read; never rejects
   */
  follow(): Promise<boolean> {
    if (this.reading === null) return this.begin();
    // The reading under way may have begun before the caller's change was written.
    this.next ??= this.reading.then(() => {
      this.next = null;
      return this.begin();
    });
    return this.next;
  }

  private begin(): Promise<boolean> {
    this.reading = this.read().finally(() => {
      if (this.next === null) this.reading = null;
    });
    return this.reading;
  }

  private async read(): Promise<boolean> {
    try {
      if (this.redis.status !== 'ready') return false;
      if (this.isLoaded) await this.tellChanges();
      else await this.load();
      this.failing = false;
      return true;
    } catch (error) {
      if (!this.failing) this.logger.warn(`Alerts are not up to date: ${String(error)}`);
      this.failing = true;
      return false;
    }
  }

  private async tellChanges(): Promise<void> {
    for (;;) {
      const changes = await this.store.changesSince(this.book.lastAlertId);
      if (changes === null) return this.load();
      if (changes.length === 0) return;
      for (const change of changes) {
        this.book.apply(change);
        this.events.emit('changed', change);
      }
    }
  }

  private async load(): Promise<void> {
    const picture = await this.store.load();
    this.book.replace(picture, await this.store.lastChanges(picture.lastAlertId));
    this.isLoaded = true;
    this.events.emit('replaced', this.book.picture());
  }

  /**
   * Returns what a page has missed.
   *
   * @param id the id of the last change that the page knows
   * @returns `null` when it has to be sent the whole picture
   */
  async since(id: number): Promise<NumberedAlertChange[] | null> {
    if (id <= this.book.lastAlertId) return this.book.since(id);
    // The page knows an instance that is ahead of this one, or a Redis that has lost its data since.
    const isUpToDate = await this.follow();
    if (id <= this.book.lastAlertId) return this.book.since(id);
    return isUpToDate ? null : [];
  }
}
