/** How many pages are sent a large picture at a time; each picture may be some 10 MB, and a new one with every tick. */
const PAGES_AT_ONCE = 8;
/** The most pages of one person among them, so that a person who reads slowly does not keep the others waiting. */
const PAGES_OF_ONE_HOLDER = 2;

interface Waiting {
  readonly holder: string;
  readonly settle: (isTurn: boolean) => void;
}

/** The pages waiting, in order, for the picture that each is sent on connect, and those that are being sent it. */
export class PictureLine<Page> {
  private readonly waiting = new Map<Page, Waiting>();
  /** The pages whose turn it is, and whom they belong to. */
  private readonly served = new Map<Page, string>();

  /** How many pages wait for their turn. */
  get length(): number {
    return this.waiting.size;
  }

  /**
   * Waits for the turn of a page, which lasts until {@link leave} is called.
   *
   * @param holder whom the page belongs to
   * @returns `false` when the page has left before its turn
   */
  enter(page: Page, holder: string): Promise<boolean> {
    return new Promise((settle) => {
      this.waiting.set(page, { holder, settle });
      this.advance();
    });
  }

  /** Ends the turn of a page, or its wait. */
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
