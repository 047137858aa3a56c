import { setTimeout as wait } from 'node:timers/promises';
import type { ApiConfig } from '@drivewatch/config';
import { OPEN_REPORTER_ID } from '../../access/reporter';
import { Places } from './places';
import { type DoneWork, RecordPace } from './record-pace';
import { Turns } from './turns';

/**
 * How many uploads may have their records worked on at the same time, over all keys. Each holds at most a body that was
 * parsed as a whole, or two chunks on their way to the queue; more places would not be faster, since there is one event
 * loop.
 */
const PLACES = 16;
/** The same limit for one key, so that no key keeps the others out. */
const PLACES_OF_KEY = 4;

/** What uploads share: places, turns, and how many records each key may send. */
export class UploadShares {
  readonly turns = new Turns();
  readonly places = new Places(PLACES);
  /** There are no more entries than keys, which are all held in memory as well. */
  private readonly keys = new Map<string, Places>();
  private readonly pace: RecordPace;

  constructor({ RATE_LIMIT_KEY_RECORDS }: Pick<ApiConfig, 'RATE_LIMIT_KEY_RECORDS'>) {
    this.pace = new RecordPace(RATE_LIMIT_KEY_RECORDS);
  }

  /** Returns the places of one key. Without keys, everybody shares all the places. */
  placesOf(keyId: string): Places {
    let own = this.keys.get(keyId);
    if (own === undefined) {
      own = new Places(keyId === OPEN_REPORTER_ID ? PLACES : PLACES_OF_KEY);
      this.keys.set(keyId, own);
    }
    return own;
  }

  charge(keyId: string, work: DoneWork): void {
    if (keyId !== OPEN_REPORTER_ID) this.pace.charge(keyId, work);
  }

  isInDebt(keyId: string): boolean {
    return this.pace.debtMs(keyId) > 0;
  }

  /** Resolves when the key is within its share of records. @throws the signal's reason as soon as it is aborted */
  async debtIsPaid(keyId: string, signal: AbortSignal): Promise<void> {
    for (let debtMs = this.pace.debtMs(keyId); debtMs > 0; debtMs = this.pace.debtMs(keyId))
      await wait(Math.ceil(debtMs), undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
