import { UsageError } from '../program';
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
    [[], 'name at least one detail-record file'],
    [['a.csv', '--fast'], "Unknown option '--fast'"],
    [['a.csv', '--speed', '0'], '--speed 0 is neither a number above 0 nor max'],
    [['a.csv', '--speed', 'quick'], '--speed quick is neither a number above 0 nor max'],
    [
      ['a.csv', '--url', 'localhost:8080'],
      '--url localhost:8080 is no address such as http://localhost:8080',
    ],
    [['a.csv', '--concurrency', '1.5'], '--concurrency 1.5 is no whole number from 1 to 1000'],
    [['a.csv', '--buffer', ''], '--buffer  is no whole number from 1 to 1000000000'],
  ])('refuses %j', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError);
    expect(() => parseCommandLine(args)).toThrow(message);
  });

  it('shows the help before anything else', () => {
    expect(parseCommandLine(['--help', '--speed', '0'])).toBe('help');
  });
});
