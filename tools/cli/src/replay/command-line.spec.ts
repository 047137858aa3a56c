import { UsageError } from '@drivewatch/config/command-line';
import { parseCommandLine } from './command-line';

describe(parseCommandLine.name, () => {
  it('fills in the defaults', () => {
    expect(parseCommandLine(['a.csv', 'b.csv'])).toEqual({
      files: ['a.csv', 'b.csv'],
      url: 'http://localhost:8080',
      speed: 1,
      now: false,
      concurrency: 64,
      buffer: 250_000,
    });
  });

  it('takes every option', () => {
    const options = ['--url', 'https://fleet.example/x', '--now', '--concurrency=8', '--buffer', '5'];
    expect(parseCommandLine(['--speed', 'max', ...options, 'a.csv'])).toEqual({
      files: ['a.csv'],
      url: 'https://fleet.example/x',
      speed: 'max',
      now: true,
      concurrency: 8,
      buffer: 5,
    });
    expect(parseCommandLine(['a.csv', '--speed', '0.5'])).toMatchObject({ speed: 0.5 });
  });

  it.each([
    [[], "missing required argument 'files'"],
    [['a.csv', '--fast'], "unknown option '--fast'"],
    [
      ['a.csv', '--speed', '0'],
      "'--speed <n|max>' argument '0' is invalid. Allowed: a number above 0, or max",
    ],
    [['a.csv', '--speed', 'quick'], "argument 'quick' is invalid. Allowed: a number above 0, or max"],
    [
      ['a.csv', '--url', 'localhost:8080'],
      "'--url <url>' argument 'localhost:8080' is invalid. Allowed: an address such as http://localhost:8080",
    ],
    [['a.csv', '--concurrency', '1.5'], 'Allowed: a whole number from 1 to 1000'],
    [['a.csv', '--buffer', ''], 'Allowed: a whole number from 1 to 1000000000'],
  ])('refuses %j', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError);
    expect(() => parseCommandLine(args)).toThrow(message);
  });
});
