import {
  type AlertChange,
  applyOverspeedChange,
  DRIVE_BREAK_MS,
  type DrivingRecord,
  effectiveAtMs,
  type OverspeedAlert,
  type OverspeedChange,
} from '@drivewatch/contracts';
import { type AgeLimit, type DriverHistory, isNews, withChange, withoutFuture } from './overspeed-history';
import type { OverspeedNews } from './overspeed-news';

/** An open alert, with what only the server needs to know about it. */
export interface OpenSpell extends OverspeedAlert {
  /**
   * Time of the last record that reported the start, epoch milliseconds: some devices repeat it in every record of the
   * spell.
   */
  lastFlagMs: number;
  /** The reporter of its start, against whom it counts; empty if unknown, as with alerts of earlier versions. */
  reporterId: string;
}

/** What is known of a driver, the same on every instance. */
export interface DriverState {
  history: DriverHistory;
  open: OpenSpell | undefined;
}

/** The new state of a driver, and what pages are told of the change. */
export interface DriverUpdate extends DriverState {
  /** The alerts that have ended, oldest first. */
  closed: readonly OverspeedAlert[];
  changes: readonly AlertChange[];
  /** How many starts raise no alert because the limit of open alerts is reached. */
  withheld: number;
}

/** What limits the alerts that news may raise. */
export interface AlertLimit extends AgeLimit {
  /** Whether one more may be open; a driver with an open alert may always have the next in its place. */
  mayOpen: boolean;
}

/**
 * Returns what news of a driver changes, one item after the other.
 *
 * @param limit news that has become too old since it was noted raises no alert, just as if no instance had been there
 * to see it
 */
export function decideOnNews(
  news: readonly OverspeedNews[],
  { history, open }: DriverState,
  limit: AlertLimit,
): DriverUpdate {
  const spell = new SpellSteps(open, limit.mayOpen || open !== undefined);
  let known = history;
  for (const each of news) known = historyAfter(each, known, spell, limit);
  return { history: known, ...spell.result() };
}

/** @param spell goes through the steps that the news reports */
function historyAfter(
  news: OverspeedNews,
  before: DriverHistory,
  spell: SpellSteps,
  limit: AgeLimit,
): DriverHistory {
  const { nowMs, maxAgeMs } = limit;
  // A replay is announced as if it happened when it arrived.
  const isReplay = news.isReplay && nowMs - (news.receivedAtMs ?? nowMs) <= maxAgeMs;
  if (!isReplay && before.recordIds.includes(news.id)) return before;
  let history = withoutFuture(before, nowMs);
  for (const change of overspeedChanges(news, judgedAtMs(news, isReplay, nowMs))) {
    if (change.kind === 'started' && spell.goesOnAt(change.atMs)) spell.goOn(change.atMs);
    else if (isReplay || isNews(change, history, spell.openUntil(nowMs), limit)) {
      // The end of the spell before was never sent (as with 13 of the recorded spells); that spell must not seem to
      // have lasted until now.
      if (change.kind === 'started') spell.endUnknown(news.seenUntilMs, change.atMs);
      spell.make(change, news.reporterId);
    }
    history = withChange(history, change, news.id);
  }
  return { ...history, lastAcceptedMs: nowMs };
}

/** Where a driver's records break off, after the start of a spell. */
export interface DriveBreak {
  /** When the open alert began, which tells it from a later one. */
  startedAtMs: number;
  /** Time of the last record before the break. */
  lastMs: number;
}

/**
 * Returns what a break in a driver's records changes: after a pause nobody knows whether the driver is still speeding,
 * and a record that says nothing about speeding does not confirm it.
 *
 * @returns the end of the spell, of which is only known that it is no earlier than the spell's last record; `null` for
 * no change
 */
export function decideOnBreak(
  { history, open }: DriverState,
  { startedAtMs, lastMs }: DriveBreak,
): DriverUpdate | null {
  if (open?.startedAtMs !== startedAtMs) return null;
  const spell = new SpellSteps(open);
  spell.endUnknown(lastMs, Infinity);
  const lastEndMs = Math.max(history.lastEndMs ?? -Infinity, lastMs);
  return { history: { ...history, lastEndMs }, ...spell.result() };
}

/** What decides whether an open alert is unconfirmed. */
export interface Silence {
  nowMs: number;
  /** When the driver's newest record was stored; a record accepted since then counts as well. */
  lastStoredMs: number;
  staleAfterMs: number;
}

/** @returns what the beginning or the end of a driver's silence changes; `null` for no change */
export function decideOnSilence(
  { history, open }: DriverState,
  { nowMs, lastStoredMs, staleAfterMs }: Silence,
): DriverUpdate | null {
  if (open === undefined) return null;
  const isStale = nowMs - Math.max(lastStoredMs, history.lastAcceptedMs) > staleAfterMs;
  if (isStale === (open.unconfirmedSinceMs !== null)) return null;
  const { driverId, plateNumber } = open;
  const spell = new SpellSteps(open);
  spell.make({ kind: isStale ? 'unconfirmed' : 'confirmed', driverId, plateNumber, atMs: nowMs });
  return { history, ...spell.result() };
}

/** What decides whether an alert has been unconfirmed for too long. */
export interface Expiry {
  nowMs: number;
  expireAfterMs: number;
  /** Time of the driver's newest record, epoch milliseconds; `null` when it is not known. */
  lastRecordMs: number | null;
}

/** @returns the end, at its last record, of a spell that has been unconfirmed for too long; `null` for no change */
export function decideOnExpiry(
  { history, open }: DriverState,
  { nowMs, expireAfterMs, lastRecordMs }: Expiry,
): DriverUpdate | null {
  if (open === undefined || !hasExpired(open, nowMs, expireAfterMs)) return null;
  const spell = new SpellSteps(open);
  spell.endUnknown(lastRecordMs, Infinity);
  return { history, ...spell.result() };
}

/** Tells whether an open alert has been unconfirmed for too long. */
export const hasExpired = (
  { unconfirmedSinceMs }: OverspeedAlert,
  nowMs: number,
  expireAfterMs: number,
): boolean => unconfirmedSinceMs !== null && nowMs - unconfirmedSinceMs > expireAfterMs;

/** The steps that one event takes a driver's spells through, and their results. */
class SpellSteps {
  private readonly closed: OverspeedAlert[] = [];
  private readonly changes: AlertChange[] = [];

  private withheld = 0;

  constructor(
    private open: OpenSpell | undefined,
    private readonly mayOpen = true,
  ) {}

  /** Whether a start at that time only repeats that the open spell goes on. */
  goesOnAt(atMs: number): boolean {
    return (
      this.open !== undefined && atMs > this.open.startedAtMs && atMs - this.open.lastFlagMs <= DRIVE_BREAK_MS
    );
  }

  goOn(atMs: number): void {
    if (this.open !== undefined)
      this.open = { ...this.open, lastFlagMs: Math.max(this.open.lastFlagMs, atMs) };
  }

  /** Returns the open spell; if a wrong clock puts its start after `nowMs`, any start counts as later than it. */
  openUntil(nowMs: number): OverspeedAlert | undefined {
    return this.open !== undefined && this.open.startedAtMs > nowMs
      ? { ...this.open, startedAtMs: -Infinity }
      : this.open;
  }

  /** Ends the open spell at the last record that is known to belong to it. */
  endUnknown(seenUntilMs: number | null, beforeMs: number): void {
    if (this.open === undefined || this.open.startedAtMs === beforeMs) return;
    const { driverId, plateNumber, lastFlagMs } = this.open;
    const isOfSpell = seenUntilMs !== null && seenUntilMs > lastFlagMs && seenUntilMs <= beforeMs;
    const atMs = isOfSpell ? seenUntilMs : lastFlagMs;
    this.make({ kind: 'ended', driverId, plateNumber, atMs, endUnknown: true });
  }

  /** @param reporterId whoever reports a start */
  make(change: AlertChange, reporterId = ''): void {
    if (change.kind === 'started' && !this.mayOpen) {
      this.withheld += 1;
      return;
    }
    const { open, closed } = applyOverspeedChange(alertOf(this.open), change);
    if (closed !== undefined) this.closed.push(closed);
    const lastFlagMs = change.kind === 'started' ? change.atMs : this.open?.lastFlagMs;
    this.open =
      open === undefined
        ? undefined
        : {
            ...open,
            lastFlagMs: lastFlagMs ?? open.startedAtMs,
            reporterId: change.kind === 'started' ? reporterId : (this.open?.reporterId ?? ''),
          };
    this.changes.push(change);
  }

  result(): Omit<DriverUpdate, 'history'> {
    return { open: this.open, closed: this.closed, changes: this.changes, withheld: this.withheld };
  }
}

/** Returns what pages are told of a spell. */
function alertOf(spell: OpenSpell | undefined): OverspeedAlert | undefined {
  if (spell === undefined) return undefined;
  const { driverId, plateNumber, startedAtMs, endedAtMs, unconfirmedSinceMs } = spell;
  return { driverId, plateNumber, startedAtMs, endedAtMs, unconfirmedSinceMs };
}

/**
 * Returns when a change counts as having happened: no later than the record arrived, since present events cannot be
 * judged by one that lies in the future; and at its arrival if the device's clock is known to be wrong.
 */
export function judgedAtMs(
  { recordedAtMs, receivedAtMs }: Pick<DrivingRecord, 'recordedAtMs' | 'receivedAtMs'>,
  isReplay: boolean,
  nowMs: number,
): number {
  const arrivedMs = receivedAtMs ?? nowMs;
  return Math.min(isReplay ? recordedAtMs : effectiveAtMs(recordedAtMs, arrivedMs), arrivedMs);
}

function overspeedChanges(news: OverspeedNews, atMs: number): OverspeedChange[] {
  const change = { driverId: news.driverId, plateNumber: news.plateNumber, atMs };
  return [
    ...(news.overspeed ? [{ kind: 'started' as const, ...change }] : []),
    ...(news.overspeedFinished ? [{ kind: 'ended' as const, ...change }] : []),
  ];
}
