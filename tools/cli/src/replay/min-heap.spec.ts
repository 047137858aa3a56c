import { MinHeap } from './min-heap';

describe(MinHeap.name, () => {
  it('gives items back least first, however they were added', () => {
    const heap = new MinHeap<number>((a, b) => a < b);
    const taken: (number | undefined)[] = [];
    for (const item of [5, 3, 8, 3, 9, 1]) heap.push(item);
    taken.push(heap.pop(), heap.pop());
    for (const item of [2, 7, 4]) heap.push(item);
    while (heap.size > 0) taken.push(heap.pop());
    expect(taken).toEqual([1, 3, 2, 3, 4, 5, 7, 8, 9]);
    expect(heap.pop()).toBeUndefined();
  });
});
