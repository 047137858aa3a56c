import { UsageError } from '@drivewatch/config/command-line';
import { parseCommandLine } from './command-line';

describe(parseCommandLine.name, () => {
  it('takes ten drivers, ten seconds and five minutes of warm-up unless told otherwise', () => {
    expect(parseCommandLine(['--seed', '7'])).toEqual({
      url: 'http://127.0.0.1:8080',
      drivers: 10,
      interval: 10,
      warmUp: 300,
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
      warmUp: 0,
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
    [['--drivers', '0'], /'--drivers <n>' argument '0' is invalid. Allowed: a whole number from 1 to 1000/],
    [['--drivers', 'ten'], /argument 'ten' is invalid/],
    [['--url', 'api:8080'], /'api:8080' is invalid. Allowed: an address such as http/],
    [['--colour', 'red'], /^unknown option '--colour'/],
  ])('refuses %j', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError);
    expect(() => parseCommandLine(args)).toThrow(message);
  });
});
