/** A program that runs until it is stopped. */
interface Running {
  stop: () => Promise<unknown>;
}

/**
 * Waits for programs that are of no use without each other.
 *
 * @throws the error of the first that did not start, once the others are stopped
 */
export async function allOrNone<T extends Running>(
  first: Promise<T>,
  ...others: Promise<T>[]
): Promise<[T, ...T[]]> {
  const outcomes = await Promise.allSettled([first, ...others]);
  if (outcomes.some(({ status }) => status === 'rejected')) {
    const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    // An error while stopping must not hide why the other program did not start.
    await Promise.allSettled(started.map((one) => one.stop()));
  }
  return [await first, ...(await Promise.all(others))];
}
