/** A binary heap: adding and taking the least item cost a logarithm of its size. */
export class MinHeap<T> {
  private readonly items: T[] = [];

  /** @param isBefore whether the first item comes out before the second */
  constructor(private readonly isBefore: (a: T, b: T) => boolean) {}

  get size(): number {
    return this.items.length;
  }

  peek(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    const { items } = this;
    let index = items.length;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = items[parentIndex];
      if (parent === undefined || !this.isBefore(item, parent)) break;
      items[index] = parent;
      index = parentIndex;
    }
    items[index] = item;
  }

  pop(): T | undefined {
    const least = this.items[0];
    const last = this.items.pop();
    if (last !== undefined && this.items.length > 0) this.sink(last);
    return least;
  }

  /** Puts an item in the place of the root and lets it sink to where it belongs. */
  private sink(item: T): void {
    const { items } = this;
    let index = 0;
    for (;;) {
      const left = items[2 * index + 1];
      const right = items[2 * index + 2];
      const child = right !== undefined && left !== undefined && this.isBefore(right, left) ? right : left;
      if (child === undefined || !this.isBefore(child, item)) break;
      items[index] = child;
      index = child === right ? 2 * index + 2 : 2 * index + 1;
    }
    items[index] = item;
  }
}
