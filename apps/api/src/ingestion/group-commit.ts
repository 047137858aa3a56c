/** One item and the caller waiting for it. */
interface Waiting<T, R> {
  item: T;
  resolve: (result: R) => void;
  reject: (error: unknown) => void;
}

export interface GroupCommitOptions {
  /** How many groups may be written at the same time; other items gather meanwhile. */
  maxUnderWay: number;
  /** The most items in one group. */
  maxGroupSize: number;
  /**
   * While a group is being written, another one starts only once this many items wait: many small groups cost more in
   * all.
   */
  minGroupSizeBehind: number;
}

/**
 * Gathers items that arrive while earlier ones are being written, and writes them together (the group commit of
 * databases). Items that arrive in one turn of the event loop are written at once when nothing is under way, so an idle
 * server adds no delay; the busier it is, the larger the groups. Groups are started in order of arrival.
 */
export class GroupCommit<T, R = void> {
  private waiting: Waiting<T, R>[] = [];
  private underWay = 0;
  private scheduled = false;

  /** @param write writes a group, all or none, and returns the result of each item, in their order */
  constructor(
    private readonly write: (group: T[]) => Promise<readonly R[]>,
    private readonly options: GroupCommitOptions,
  ) {}

  /** Resolves when the item's group has been written. @throws whatever that write threw, or an earlier one meanwhile */
  add(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.schedule();
    });
  }

  /**
   * setImmediate runs once all requests that have already arrived are read, which is as long as gathering costs
   * nothing.
   */
  private schedule(): void {
    if (this.scheduled || !this.mayBegin()) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      void this.writeNext();
    });
  }

  private mayBegin(): boolean {
    if (this.underWay === 0) return this.waiting.length > 0;
    return this.underWay < this.options.maxUnderWay && this.waiting.length >= this.options.minGroupSizeBehind;
  }

  private async writeNext(): Promise<void> {
    const group = this.waiting.splice(0, this.options.maxGroupSize);
    this.underWay += 1;
    this.schedule();
    try {
      const results = await this.write(group.map(({ item }) => item));
      for (const [index, { resolve }] of group.entries()) resolve(results[index] as R);
    } catch (error) {
      // Items waiting behind a failed write would wait for another one that is likely to fail; they are rejected at
      // once.
      for (const { reject } of [...group, ...this.waiting.splice(0)]) reject(error);
    } finally {
      this.underWay -= 1;
      this.schedule();
    }
  }
}
