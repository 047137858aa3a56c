import { PictureLine } from './picture-line';

/** Returns a line that notes whose turn it is; the `name` of a page is its holder and a number, such as `ann 2`. */
function aLine() {
  const line = new PictureLine<string>();
  const turns: string[] = [];
  const gone: string[] = [];
  const enter = (name: string) => {
    void line.enter(name, name.split(' ', 1)[0] ?? '').then((isTurn) => (isTurn ? turns : gone).push(name));
  };
  return { line, turns, gone, enter };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe(PictureLine.name, () => {
  it('serves eight pages at one time, and the others in order as places become free', async () => {
    const { line, turns, enter } = aLine();
    const people = Array.from({ length: 11 }, (_, n) => `person${n}`);
    for (const name of people) enter(name);
    await settled();
    expect(turns).toEqual(people.slice(0, 8));
    expect(line.length).toBe(3);
    line.leave('person5');
    line.leave('person1');
    await settled();
    expect(turns).toEqual(people.slice(0, 10));
    expect(line.length).toBe(1);
  });

  it('serves two pages of one person at a time, and meanwhile people who came later', async () => {
    const { line, turns, enter } = aLine();
    for (const name of ['ann 1', 'ann 2', 'ann 3', 'ann 4', 'bob 1']) enter(name);
    await settled();
    expect(turns).toEqual(['ann 1', 'ann 2', 'bob 1']);
    line.leave('bob 1');
    await settled();
    expect(turns).toHaveLength(3);
    line.leave('ann 1');
    await settled();
    expect(turns.at(-1)).toBe('ann 3');
  });

  it('forgets a page that leaves while it waits', async () => {
    const { line, turns, gone, enter } = aLine();
    for (const name of ['ann 1', 'ann 2', 'ann 3', 'ann 4']) enter(name);
    line.leave('ann 3');
    line.leave('ann 1');
    await settled();
    expect(gone).toEqual(['ann 3']);
    expect(turns).toEqual(['ann 1', 'ann 2', 'ann 4']);
    expect(line.length).toBe(0);
  });
});
