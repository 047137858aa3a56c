import { DriverLanes, type LaneLimits } from './driver-lanes';

/** Returns lanes whose items are under way until the test answers them. */
function openLanes(limits: Partial<LaneLimits> = {}) {
  const underWay = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const begun: string[] = [];
  const lanes = new DriverLanes<string>(
    (item) => {
      begun.push(item);
      return new Promise((resolve, reject) => underWay.set(item, { resolve, reject }));
    },
    { concurrency: 10, capacity: 100, ...limits },
  );
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    lanes,
    begun,
    settled,
    answer: (item: string) => {
      underWay.get(item)?.resolve();
      return settled();
    },
    fail: (item: string, error: Error) => {
      underWay.get(item)?.reject(error);
      return settled();
    },
  };
}

describe(DriverLanes.name, () => {
  it('begins the next item of a driver only after the one before, while other drivers go on', async () => {
    const { lanes, begun, answer } = openLanes();
    for (const item of ['a1', 'a2', 'b1', 'b2', 'b3']) await lanes.add(item.slice(0, 1), item);
    expect(begun).toEqual(['a1', 'b1']);
    await answer('b1');
    await answer('b2');
    expect(begun).toEqual(['a1', 'b1', 'b2', 'b3']);
    await answer('a1');
    expect(begun).toEqual(['a1', 'b1', 'b2', 'b3', 'a2']);
  });

  it('handles no more items at a time than allowed', async () => {
    const { lanes, begun, answer } = openLanes({ concurrency: 2 });
    for (const driver of ['a', 'b', 'c', 'd']) await lanes.add(driver, driver);
    expect(begun).toEqual(['a', 'b']);
    await answer('a');
    expect(begun).toEqual(['a', 'b', 'c']);
  });

  it('takes in no more than its capacity until something has been handled', async () => {
    const { lanes, answer, settled } = openLanes({ capacity: 2 });
    await lanes.add('a', 'a1');
    await lanes.add('a', 'a2');
    let added = false;
    const adding = lanes.add('b', 'b1').then(() => {
      added = true;
    });
    await settled();
    expect(added).toBe(false);
    await answer('a1');
    await adding;
    expect(added).toBe(true);
  });

  it('is empty once the last item has been handled', async () => {
    const { lanes, answer, settled } = openLanes();
    await lanes.add('a', 'a1');
    await lanes.add('a', 'a2');
    let empty = false;
    const waiting = lanes.whenEmpty().then(() => {
      empty = true;
    });
    await answer('a1');
    await settled();
    expect(empty).toBe(false);
    await answer('a2');
    await waiting;
    expect(empty).toBe(true);
  });

  it('forgets what waits and finishes what is under way', async () => {
    const { lanes, begun, answer } = openLanes();
    await lanes.add('a', 'a1');
    await lanes.add('a', 'a2');
    lanes.discardWaiting();
    await answer('a1');
    await lanes.whenEmpty();
    expect(begun).toEqual(['a1']);
    await lanes.add('a', 'a3');
    expect(begun).toEqual(['a1', 'a3']);
  });

  it('ends with the first failure instead of going on without an item', async () => {
    const { lanes, begun, fail } = openLanes();
    await lanes.add('a', 'a1');
    await lanes.add('a', 'a2');
    await lanes.add('b', 'b1');
    const waiting = lanes.whenEmpty();
    const refused = expect(waiting).rejects.toThrow('unreachable');
    await fail('a1', new Error('unreachable'));
    await refused;
    await expect(lanes.add('c', 'c1')).rejects.toThrow('unreachable');
    expect(begun).toEqual(['a1', 'b1']);
  });
});
