import { Places } from './places';

/** Tells whether a promise is settled once everything that is due has been done. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.then(
    () => (settled = true),
    () => (settled = true),
  );
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

describe(Places.name, () => {
  const { signal } = new AbortController();

  it('lets no more in than there are places, and then one for each that is given back, in order', async () => {
    const places = new Places(2);
    const takers = Array.from({ length: 4 }, () => places.take(signal));
    const settled = (): Promise<boolean[]> => Promise.all(takers.map(isSettled));
    expect(await settled()).toEqual([true, true, false, false]);
    places.give();
    expect(await settled()).toEqual([true, true, true, false]);
    places.give();
    places.give();
    places.give();
    expect(await settled()).toEqual([true, true, true, true]);
    await places.take(signal);
  });

  it('forgets a caller that has gone, and gives the place to the next one', async () => {
    const places = new Places(1);
    await places.take(signal);
    const gone = new AbortController();
    const waiting = places.take(gone.signal);
    const next = places.take(signal);
    gone.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    places.give();
    await next;
    await expect(places.take(gone.signal)).rejects.toThrow('gone');
  });
});
