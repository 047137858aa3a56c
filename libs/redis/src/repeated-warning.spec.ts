import { RepeatedWarning } from './repeated-warning';

describe(RepeatedWarning, () => {
  it('says the first at once, and how many it has left out with one ten seconds later', () => {
    const said: string[] = [];
    const warning = new RepeatedWarning({ warn: (message) => said.push(message) });
    for (let ms = 0; ms <= 20_000; ms += 100) warning.say(`OOM at ${ms}`, ms);
    expect(said).toEqual([
      'OOM at 0',
      'OOM at 10000 (and 99 such warnings before)',
      'OOM at 20000 (and 99 such warnings before)',
    ]);
  });
});
