import { PasswordChecks } from './password-checks';

/** Returns checks that go on until the test ends them. */
function openChecks() {
  const checks = new PasswordChecks();
  const ends: (() => void)[] = [];
  const begin = (isAtKnownPlace: boolean) =>
    checks.run(isAtKnownPlace, () => new Promise<void>((resolve) => ends.push(resolve)));
  return { begin, ends };
}

describe(PasswordChecks.name, () => {
  it('refuses strangers while there is still room for users at a known place', async () => {
    const { begin, ends } = openChecks();
    const strangers = Array.from({ length: 13 }, () => begin(false));
    await expect(strangers[12]).rejects.toThrow('Too many people sign in at this moment');
    expect(ends).toHaveLength(12);
    const known = begin(true);
    await Promise.resolve();
    expect(ends).toHaveLength(13);
    for (const end of ends) end();
    await Promise.all([...strangers.slice(0, 12), known]);
  });

  it('lets users at a known place wait their turn, in order', async () => {
    const { begin, ends } = openChecks();
    const done: number[] = [];
    const people = Array.from({ length: 18 }, (_, n) => begin(true).then(() => done.push(n)));
    await Promise.resolve();
    expect(ends).toHaveLength(16);
    ends[3]?.();
    await people[3];
    expect(ends).toHaveLength(17);
    ends[16]?.();
    await people[16];
    expect(done).toEqual([3, 16]);
    for (const end of ends) end();
    await Promise.all(people.slice(0, 16));
    ends[17]?.();
    await people[17];
    expect(done).toHaveLength(18);
  });
});
