import { Turns } from './turns';

describe(Turns.name, () => {
  it('gives one turn in each round of the event loop, in the order of asking', async () => {
    const turns = new Turns();
    const order: string[] = [];
    const others = (async () => {
      for (let round = 0; round < 4; round += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        order.push('other');
      }
    })();
    const asked = ['a', 'b', 'c'].map((name) => turns.next().then(() => order.push(name)));
    await Promise.all([...asked, others]);
    expect(order.filter((name) => name !== 'other')).toEqual(['a', 'b', 'c']);
    expect(order.indexOf('b') - order.indexOf('a')).toBe(2);
    expect(order.indexOf('c') - order.indexOf('b')).toBe(2);
  });
});
