/** What runs until it is stopped. */
interface Running {
  stop: () => Promise<unknown>;
}

/**
 * Waits for programs that are of no use without each other.
 *
 * @throws what the first that did not start has thrown, when the others are stopped
 */
export async function allOrNone<T extends Running>(
  first: Promise<T>,
  ...others: Promise<T>[]
): Promise<[T, ...T[]]> {
  const outcomes = await Promise.allSettled([first, ...others]);
  if (outcomes.some(({ status }) => status === 'rejected')) {
    const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    // What does not end in order must not hide why the other did not start.
    await Promise.allSettled(started.map((one) => one.stop()));
  }
  return [await first, ...(await Promise.all(others))];
}
