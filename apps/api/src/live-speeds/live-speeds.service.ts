import { SNAPSHOT_WINDOW_MS, type SpeedData, type SpeedDataMeta } from '@drivewatch/contracts';
import { isCursor, LiveSpeedRepository, type StoredSpeed, type Tick } from '@drivewatch/persistence';
import { Injectable } from '@nestjs/common';
import { LivePicture, pointsOfEach, type SpeedsMessage } from './live-picture';

/** A page that missed more records than this, or than a snapshot has points, is sent a snapshot instead. */
const MAX_CATCH_UP_RECORDS = 100_000;
/**
 * However small a snapshot is, a catch-up may have this many records, some 300 kB, so that a page of a small fleet
 * keeps its history.
 */
const SMALL_CATCH_UP_RECORDS = 10_000;
/**
 * How many different catch-ups are read from one tick to the next; a page that needs yet another one is sent the
 * snapshot.
 */
const MAX_CATCH_UPS = 4;
/** How many ticks may come while a catch-up is read; after that the snapshot is sent, which needs no reading. */
const MAX_READINGS = 5;
/**
 * If one tick has more records, as after hours without PostgreSQL, the picture is read anew, which is bounded. 50,000
 * vehicles send half as many in half a minute.
 */
const MAX_TICK_RECORDS = 300_000;

/** What a page is sent on connect: one object for all pages that need the same as of one tick. */
export interface FirstPicture {
  readonly speeds: SpeedData;
  readonly meta: SpeedDataMeta;
}

/** The speeds that pages see: the picture as of the last tick, and what a page has missed since an earlier tick. */
@Injectable()
export class LiveSpeedsService {
  private picture = new LivePicture();
  private cursor: string | null = null;
  /** Fulfilled once the picture has been read. */
  private readonly loaded: Promise<unknown>;
  private markLoaded!: (value?: unknown) => void;
  /** Fulfilled with the next tick. */
  private ticked = Promise.withResolvers<undefined>();
  /**
   * After a network cut, all pages ask for the same period: they share one query and its result, as of the last tick.
   */
  private readonly catchUps = new Map<string, Promise<FirstPicture | null>>();
  /** Queries under way, including those begun before the last tick. */
  private readings = 0;
  /** The snapshot as of the last tick, once a page has needed it. */
  private lastSnapshot: FirstPicture | null = null;

  /** Whether drivers were removed since the last tick; pages that have seen that tick may still show them. */
  private isSomebodyGone = false;

  /** Only a test changes this. */
  protected readonly maxTickRecords: number = MAX_TICK_RECORDS;

  constructor(private readonly repository: LiveSpeedRepository) {
    this.loaded = new Promise((resolve) => {
      this.markLoaded = resolve;
    });
  }

  get isEmpty(): boolean {
    return this.picture.isEmpty;
  }

  /** Whether the picture has been read; until then no driver is known. */
  get isLoaded(): boolean {
    return this.cursor !== null;
  }

  /** How many drivers are in the picture. */
  get driverCount(): number {
    return this.picture.driverCount;
  }

  /**
   * Removes a driver from the picture, unless it holds something newer of the driver.
   *
   * @returns whether the driver was removed
   */
  remove(driverId: string, removedAtMs: number): boolean {
    if (this.picture.lastStoredMs(driverId) > removedAtMs || !this.picture.remove(driverId)) return false;
    this.isSomebodyGone = true;
    // Pictures already made for connecting pages may contain the driver.
    this.lastSnapshot = null;
    this.catchUps.clear();
    return true;
  }

  /** Tells whether a driver is in the picture. */
  has(driverId: string): boolean {
    return this.picture.has(driverId);
  }

  /** Reads the picture as of the last tick; call it once, before the first tick. @throws while PostgreSQL is away */
  async load(): Promise<void> {
    if (this.cursor !== null) return;
    await this.read(await this.repository.cursor());
    this.markLoaded();
  }

  private async read(cursor: string): Promise<void> {
    const picture = new LivePicture();
    for await (const speeds of this.repository.recent(cursor, SNAPSHOT_WINDOW_MS, pointsOfEach))
      picture.add(speeds);
    this.picture = picture;
    this.moveTo(cursor);
  }

  /**
   * Returns when the driver's newest record was stored, as of the last tick, epoch milliseconds; 0 for an unknown
   * driver.
   */
  lastStoredMs(driverId: string): number {
    return this.picture.lastStoredMs(driverId);
  }

  /**
   * Returns the time of the driver's newest speed, as of the last tick, epoch milliseconds; `null` for an unknown
   * driver.
   */
  lastPointMs(driverId: string): number | null {
    return this.picture.lastPointMs(driverId);
  }

  /**
   * Reads what has been stored from this instance's last tick up to a cursor. Every instance reads it for itself, so
   * that what its pages are sent always matches the picture that it holds.
   *
   * @returns `null` when that was more than a page can be sent at once: the picture has been read anew instead
   */
  async readTick(cursor: string): Promise<Tick | null> {
    const since = this.cursor ?? '0';
    if (since === cursor) return { cursor, speeds: [] };
    const speeds = await this.repository.stored(since, cursor, this.maxTickRecords);
    if (speeds !== null) return { cursor, speeds };
    await this.read(cursor);
    return null;
  }

  /** Adds a tick to the picture. @returns the tick in the shape of `data` */
  apply(tick: Tick): SpeedsMessage {
    const message = this.picture.add(tick.speeds);
    this.moveTo(tick.cursor);
    return message;
  }

  /** Returns the whole picture. */
  snapshot(): FirstPicture {
    if (this.lastSnapshot === null) {
      const { speeds, drivers } = this.picture.snapshot();
      this.lastSnapshot = { speeds, meta: { kind: 'snapshot', cursor: this.cursor ?? '0', drivers } };
    }
    return this.lastSnapshot;
  }

  /** Tells whether there has been no tick since a picture was made. */
  isCurrent({ meta }: FirstPicture): boolean {
    return meta.cursor === (this.cursor ?? '0');
  }

  private moveTo(cursor: string): void {
    this.cursor = cursor;
    this.isSomebodyGone = false;
    this.catchUps.clear();
    this.lastSnapshot = null;
    this.ticked.resolve(undefined);
    this.ticked = Promise.withResolvers();
  }

  /**
   * Returns what a page is sent on connect, as of the last tick at the moment of return.
   *
   * @param seen cursor of the last `data` that the page says it has seen; `null` for a new page
   */
  async forConnecting(seen: string | null): Promise<FirstPicture> {
    await this.loaded;
    for (let reading = 0; seen !== null && reading < MAX_READINGS; reading += 1) {
      const cursor = this.cursor ?? '0';
      if (await this.awaitTickOf(seen)) continue;
      const catchUp = await this.catchUp(seen, cursor);
      if (catchUp === null) break;
      // A tick made during the query would be missing; the loop asks again, up to that tick.
      if (cursor === this.cursor) return catchUp;
    }
    return this.snapshot();
  }

  /**
   * Waits for a tick that another instance has made already and this one is about to make, if the page has seen it: the
   * page must not be sent again what came before that tick.
   *
   * @returns whether there was a tick to wait for; a cursor that the database does not know has none
   */
  private async awaitTickOf(seen: string): Promise<boolean> {
    if (!isCursor(seen) || !isAhead(seen, this.cursor)) return false;
    const { promise } = this.ticked;
    if (isAhead(seen, await this.repository.cursor())) return false;
    await promise;
    return true;
  }

  private catchUp(seen: string, cursor: string): Promise<FirstPicture | null> {
    if (seen === cursor) return Promise.resolve(this.isSomebodyGone ? null : this.toCatchUp([], cursor));
    // A cursor beyond the last tick takes no place from pages that have missed something.
    if (!isCursor(seen) || isAhead(seen, cursor)) return Promise.resolve(null);
    const known = this.catchUps.get(seen);
    if (known !== undefined) return known;
    if (Math.max(this.catchUps.size, this.readings) >= MAX_CATCH_UPS) return Promise.resolve(null);
    const catchUp = this.readCatchUp(seen, cursor);
    this.catchUps.set(seen, catchUp);
    // A failure is not kept: the page comes back, and PostgreSQL may be up again.
    catchUp.catch(() => {
      if (this.catchUps.get(seen) === catchUp) this.catchUps.delete(seen);
    });
    return catchUp;
  }

  private async readCatchUp(seen: string, cursor: string): Promise<FirstPicture | null> {
    const limit = Math.max(SMALL_CATCH_UP_RECORDS, this.picture.countPoints());
    this.readings += 1;
    try {
      const missed = await this.repository.between(seen, cursor, Math.min(limit, MAX_CATCH_UP_RECORDS));
      return missed === null ? null : this.toCatchUp(missed, cursor);
    } finally {
      this.readings -= 1;
    }
  }

  private toCatchUp(missed: readonly StoredSpeed[], cursor: string): FirstPicture {
    const { speeds, drivers } = this.picture.message(missed);
    return { speeds, meta: { kind: 'catch-up', cursor, drivers } };
  }
}

const isAhead = (cursor: string, of: string | null): boolean => BigInt(cursor) > BigInt(of ?? '0');
