/** One record that a device sent, and what the device was told. */
export interface SentRecord {
  /** A UUID of its own. It goes with the record, so that a stored row can be told from every other. */
  readonly identity: string;
  readonly driverId: string;
  readonly speedKmh: number;
  readonly recordedAtMs: number;
  /** How often it was sent, the first time included. */
  attempts: number;
  /** Ids that 202 answers gave; more than one would be a device that sends what is acknowledged. */
  readonly acknowledgedIds: string[];
}

/**
 * What devices sent and what they were told, kept in this process and so outside of the system that is being broken.
 * The counters are of the current chapter: one scenario.
 */
export class Ledger {
  private readonly records = new Map<string, SentRecord>();
  private chapter: SentRecord[] = [];
  private acknowledgements = 0;
  private readonly retriesByReason = new Map<string, number>();
  private readonly refusedRecords: string[] = [];

  /** @param enough more records are acknowledged when they are said to flow */
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

  /** A record that the system says is wrong, though it is none. */
  noteRefused(answer: string): void {
    this.refusedRecords.push(answer);
  }

  /** Of this chapter. */
  get acknowledged(): number {
    return this.acknowledgements;
  }

  /** Of this chapter; empty while all is well. */
  get refused(): readonly string[] {
    return this.refusedRecords;
  }

  /** Of this chapter: attempts that were not acknowledged. @param reason such as `503` or `ECONNRESET`; all without it */
  retries(reason?: string): number {
    if (reason !== undefined) return this.retriesByReason.get(reason) ?? 0;
    return [...this.retriesByReason.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Of this chapter, such as `503 ×12, ECONNRESET ×3`. */
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
