/** What a key has not sent within so long it may send at once, as a device does that comes back from a tunnel. */
const BURST_MS = 10_000;
/** A rejected record counts as so many: it is looked at field by field, and each wrong one is described. */
const REJECTED_COSTS = 10;
/** Text counts as records of this length where it holds fewer, so that long lines and padding are not for nothing. */
const BYTES_OF_RECORD = 512;

/** What was done for an upload. */
export interface DoneWork {
  readonly accepted: number;
  readonly rejected: number;
  /** Bytes of the text, decompressed. */
  readonly bytes: number;
}

/** Until when a key's share is used up, by records and, apart from them, by rejections. */
interface Account {
  recordsMs: number;
  rejectionsMs: number;
}

/**
 * How many records a second each key may send in requests with several, on average. Rejected ones are not saved up for: who
 * sends many waits after the first already.
 */
export class RecordPace {
  /** No more than there are keys, which are all held as well. */
  private readonly accounts = new Map<string, Account>();

  constructor(
    private readonly recordsPerSecond: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Counts what was done for a key, also beyond its share. */
  charge(keyId: string, { accepted, rejected, bytes }: DoneWork): void {
    const nowMs = this.nowMs();
    const account = this.accountOf(keyId);
    const records = Math.max(accepted, bytes / BYTES_OF_RECORD);
    account.recordsMs = Math.max(account.recordsMs, nowMs - BURST_MS) + this.msOf(records);
    if (rejected > 0)
      account.rejectionsMs = Math.max(account.rejectionsMs, nowMs) + this.msOf(rejected * REJECTED_COSTS);
  }

  /** For how long a key has to wait before it is within its share again. */
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
