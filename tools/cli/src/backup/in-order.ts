/** Works on several items at once, and yields the results in the order of the source. @throws the first failure */
export async function* inOrder<T, R>(
  source: AsyncIterable<T>,
  atOnce: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R, void> {
  const pending: Promise<R>[] = [];
  try {
    for await (const item of source) {
      const result = work(item);
      // The failure is handled in its turn.
      result.catch(() => undefined);
      pending.push(result);
      const first = pending.length >= atOnce ? pending.shift() : undefined;
      if (first !== undefined) yield await first;
    }
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) yield await next;
  } finally {
    // Nothing may go on in the background once the consumer has left.
    await Promise.allSettled(pending);
  }
}
