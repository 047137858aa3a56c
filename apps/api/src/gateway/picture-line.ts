/** Pages that are sent a large picture at one time; each picture may be some 10 MB, and a new one with every tick. */
const PAGES_AT_ONCE = 8;
/** As many of one person at most, so that one who reads slowly does not keep the others waiting. */
const PAGES_OF_ONE_HOLDER = 2;

interface Waiting {
  readonly holder: string;
  readonly settle: (isTurn: boolean) => void;
}

/** The pages that wait for the picture that each is sent on connect, in order, and those that are being sent it. */
export class PictureLine<Page> {
  private readonly waiting = new Map<Page, Waiting>();
  /** The pages whose turn it is, with whose they are. */
  private readonly served = new Map<Page, string>();

  /** How many pages wait for their turn. */
  get length(): number {
    return this.waiting.size;
  }

  /**
   * Waits for the turn of a page, which lasts until it is told to {@link leave}.
   *
   * @param holder whose page it is
   * @returns `false` when the page has left before
   */
  enter(page: Page, holder: string): Promise<boolean> {
    return new Promise((settle) => {
      this.waiting.set(page, { holder, settle });
      this.advance();
    });
  }

  /** Ends the turn of a page, or its waiting. */
  leave(page: Page): void {
    this.waiting.get(page)?.settle(false);
    this.waiting.delete(page);
    if (this.served.delete(page)) this.advance();
  }

  private advance(): void {
    for (const [page, { holder, settle }] of this.waiting) {
      if (this.served.size >= PAGES_AT_ONCE) return;
      if (this.servedOf(holder) >= PAGES_OF_ONE_HOLDER) continue;
      this.waiting.delete(page);
      this.served.set(page, holder);
      settle(true);
    }
  }

  private servedOf(holder: string): number {
    let count = 0;
    for (const other of this.served.values()) if (other === holder) count += 1;
    return count;
  }
}
