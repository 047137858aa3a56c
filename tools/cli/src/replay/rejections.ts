import type { BadLine } from './detail-record-file';

/** Counts every line that was refused, here or by the server, and shows the first of them. */
export class Rejections {
  private rejected = 0;

  /**
   * @param print shows one line to the user
   * @param maxShown how many are shown; a file of the wrong kind would fill the screen
   */
  constructor(
    private readonly print: (text: string) => void,
    private readonly maxShown = 20,
  ) {}

  get count(): number {
    return this.rejected;
  }

  get shown(): number {
    return Math.min(this.rejected, this.maxShown);
  }

  add({ file, line, reason }: BadLine): void {
    this.rejected += 1;
    if (this.rejected <= this.maxShown) this.print(`${file}:${line}: rejected: ${reason}`);
  }
}
