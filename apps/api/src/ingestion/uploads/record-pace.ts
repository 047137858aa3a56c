/** A key may send at once what it has not sent within this time, as a device does that comes out of a tunnel. */
const BURST_MS = 10_000;
/** A rejected record counts as this many: it is checked field by field, and each wrong field is described. */
const REJECTED_COSTS = 10;
/**
 * Text counts as one record per this many bytes if it holds fewer records, so that long lines and padding are not free.
 */
const BYTES_OF_RECORD = 512;

/** The work done for an upload. */
export interface DoneWork {
  readonly accepted: number;
  readonly rejected: number;
  /** Bytes of the decompressed text. */
  readonly bytes: number;
}

/** The times until which a key's share is used up: by records and, separately, by rejections. */
interface Account {
  recordsMs: number;
  rejectionsMs: number;
}

/**
 * Limits how many records a second each key may send on average, in requests with several. There is no burst allowance
 * for rejected ones: a key that sends many waits after the very first.
 */
export class RecordPace {
  /** There are no more entries than keys, which are all held in memory as well. */
  private readonly accounts = new Map<string, Account>();

  constructor(
    private readonly recordsPerSecond: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Counts work done for a key, even beyond its share. */
  charge(keyId: string, { accepted, rejected, bytes }: DoneWork): void {
    const nowMs = this.nowMs();
    const account = this.accountOf(keyId);
    const records = Math.max(accepted, bytes / BYTES_OF_RECORD);
    account.recordsMs = Math.max(account.recordsMs, nowMs - BURST_MS) + this.msOf(records);
    if (rejected > 0)
      account.rejectionsMs = Math.max(account.rejectionsMs, nowMs) + this.msOf(rejected * REJECTED_COSTS);
  }

  /** Returns how long a key has to wait until it is within its share again. */
  debtMs(keyId: string): number {
    const account = this.accounts.get(keyId);
    if (account === undefined) return 0;
    return Math.max(0, Math.max(account.recordsMs, account.rejectionsMs) - this.nowMs());
  }

  private msOf(records: number): number {
    return (records * 1000) / this.recordsPerSecond;
  }

  private accountOf(keyId: string): Account {
    let account = this.accounts.get(keyId);
    if (account === undefined)
      this.accounts.set(keyId, (account = { recordsMs: -Infinity, rejectionsMs: 0 }));
    return account;
  }
}
