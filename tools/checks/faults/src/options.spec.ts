import { parseOptions } from './options';

describe(parseOptions.name, () => {
  it('reads what to run, and makes records carry ids unless told otherwise', () => {
    expect(
      parseOptions(['short', '--seed', '42', '--only', 'api-killed,redis-away', '--no-record-ids']),
    ).toEqual({
      extent: 'short',
      seed: 42,
      only: ['api-killed', 'redis-away'],
      recordIds: false,
      setAside: true,
    });
  });

  it('accepts the scenarios of hostile peers at either size', () => {
    const extents = ['hostile', 'hostile-short'].map((word) => parseOptions([word, '--only', 'old-days']));
    expect(extents.map(({ extent }) => extent)).toEqual(['hostile', 'hostile-short']);
  });

  it('draws a seed of its own where none is given', () => {
    const seeds = Array.from({ length: 5 }, () => parseOptions(['all']).seed);
    expect(new Set(seeds).size).toBeGreaterThan(1);
  });

  it.each([
    [['some'], /unknown command 'some'; allowed: all, short, cluster, /],
    [[], /^Usage: faults [^]* hostile-short \[options\] +the same with less/],
    [['all', '--seed', 'lucky'], /'--seed <n>' argument 'lucky' is invalid. Allowed: a whole number/],
    [
      ['all', '--only', 'api-kiled'],
      /'--only <names>' argument 'api-kiled' is invalid. Allowed: .*: api-killed, /,
    ],
    [['all', '--sed', '1'], /unknown option '--sed'/],
  ])('says what is wrong with %j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });
});
