/** One record that a device sent, and what the device was told. */
export interface SentRecord {
  /** A UUID of its own. It is sent with the record, so that a stored row can be told from every other. */
  readonly identity: string;
  readonly driverId: string;
  readonly speedKmh: number;
  readonly recordedAtMs: number;
  /** How often it was sent, the first time included. */
  attempts: number;
  /** Ids in 202 answers; more than one would mean that a device sends what is already acknowledged. */
  readonly acknowledgedIds: string[];
}

/**
 * What devices sent and what they were told, kept in this process and so outside the system that is being broken. The
 * counters are those of the current chapter, which is one scenario.
 */
export class Ledger {
  private readonly records = new Map<string, SentRecord>();
  private chapter: SentRecord[] = [];
  private acknowledgements = 0;
  private readonly retriesByReason = new Map<string, number>();
  private readonly refusedRecords: string[] = [];

  /** @param enough records are said to flow when more than this number are acknowledged */
  constructor(readonly enough = 50) {}

  beginChapter(): void {
    this.chapter = [];
    this.acknowledgements = 0;
    this.retriesByReason.clear();
    this.refusedRecords.length = 0;
  }

  note(record: Omit<SentRecord, 'attempts' | 'acknowledgedIds'>): SentRecord {
    const sent = { ...record, attempts: 1, acknowledgedIds: [] };
    this.records.set(record.identity, sent);
    this.chapter.push(sent);
    return sent;
  }

  noteRetry(record: SentRecord, reason: string): void {
    record.attempts += 1;
    this.retriesByReason.set(reason, this.retries(reason) + 1);
  }

  noteAcknowledged(record: SentRecord, id: string): void {
    record.acknowledgedIds.push(id);
    this.acknowledgements += 1;
  }

  /** Notes a valid record that the system calls invalid. */
  noteRefused(answer: string): void {
    this.refusedRecords.push(answer);
  }

  /** The count of this chapter. */
  get acknowledged(): number {
    return this.acknowledgements;
  }

  /** The answers of this chapter; empty while all is well. */
  get refused(): readonly string[] {
    return this.refusedRecords;
  }

  /**
   * Returns the attempts of this chapter that were not acknowledged.
   *
   * @param reason such as `503` or `ECONNRESET`; all if absent
   */
  retries(reason?: string): number {
    if (reason !== undefined) return this.retriesByReason.get(reason) ?? 0;
    return [...this.retriesByReason.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Describes those of this chapter, such as `503 ×12, ECONNRESET ×3`. */
  describeRetries(): string {
    return [...this.retriesByReason].map(([reason, count]) => `${reason} ×${count}`).join(', ');
  }

  ofChapter(): readonly SentRecord[] {
    return this.chapter;
  }

  all(): SentRecord[] {
    return [...this.records.values()];
  }
}
