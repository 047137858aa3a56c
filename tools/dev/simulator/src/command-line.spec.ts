import { parseCommandLine, UsageError } from './command-line';

describe(parseCommandLine.name, () => {
  it('takes ten drivers, ten seconds and five minutes of warm-up unless told otherwise', () => {
    expect(parseCommandLine(['--seed', '7'])).toEqual({
      url: 'http://127.0.0.1:8080',
      drivers: 10,
      interval: 10,
      'warm-up': 300,
      seed: 7,
    });
    const options = [
      '--url',
      'http://api:1',
      '--drivers',
      '3',
      '--interval',
      '2',
      '--warm-up',
      '0',
      '--seed',
      '0',
    ];
    expect(parseCommandLine(options)).toEqual({
      url: 'http://api:1',
      drivers: 3,
      interval: 2,
      'warm-up': 0,
      seed: 0,
    });
  });

  it('takes the folder of sample days, and nothing else with them', () => {
    expect(parseCommandLine(['sample-days', '--out', 'days'])).toEqual({ sampleDaysTo: 'days' });
    for (const wrong of [[], ['days'], ['--out'], ['--out', 'days', '--seed', '1']]) {
      expect(() => parseCommandLine(['sample-days', ...wrong])).toThrow(UsageError);
    }
  });

  it.each([
    [['--drivers', '0'], /^--drivers: /],
    [['--drivers', 'ten'], /^--drivers: /],
    [['--url', 'api:8080'], /^--url: must be an http:\/\/ URL/],
    [['--colour', 'red'], /^Unknown option '--colour'/],
  ])('refuses %j', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError);
    expect(() => parseCommandLine(args)).toThrow(message);
  });
});
