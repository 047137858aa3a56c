/** Prints what the launcher shows: one line per step, and whatever needs attention. */
export class Terminal {
  private pending = '';

  /** @param out only tests pass anything but the standard output */
  constructor(private readonly out: Pick<NodeJS.WriteStream, 'write' | 'isTTY'> = process.stdout) {}

  /**
   * Shows a step while it is under way (on a terminal), and one line when it is done.
   *
   * @param title of the step, shown while it runs
   * @param run does the work and returns the line to show
   * @returns what `run` returned as `result`
   */
  async step<T>(title: string, run: () => Promise<{ line: string; result: T }>): Promise<T> {
    const startedAt = performance.now();
    this.showPending(`… ${title}`);
    try {
      const { line, result } = await run();
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      this.print(`✓ ${line} (${seconds} s)`);
      return result;
    } finally {
      this.clearPending();
    }
  }

  /** Prints a line of its own; a step under way remains the last line. */
  print(line: string): void {
    const pending = this.pending;
    this.clearPending();
    this.out.write(`${line}\n`);
    if (pending !== '') this.showPending(pending);
  }

  private showPending(text: string): void {
    if (!this.out.isTTY) return;
    this.pending = text;
    this.out.write(text);
  }

  private clearPending(): void {
    if (this.pending === '') return;
    this.pending = '';
    this.out.write('\r\u001b[2K');
  }
}
