import { parseCommandLine, UsageError } from './command-line';

describe(parseCommandLine.name, () => {
  it.each([
    [['failed'], { command: 'failed' }],
    [['retry', '7', '12'], { command: 'retry', ids: ['7', '12'] }],
    [['retry', '--all'], { command: 'retry', ids: null }],
    [['retry', '--help'], 'help'],
    [['-h'], 'help'],
  ])('reads %j', (args, expected) => {
    expect(parseCommandLine(args)).toEqual(expected);
  });

  it.each([
    [[], /say what to do/],
    [['failed', '7'], /takes nothing more/],
    [['failed', '--all'], /takes nothing more/],
    [['remove', '7'], /unknown command remove/],
    [['retry'], /name the jobs to retry, or say --all/],
    [['retry', '7', '--all'], /not both/],
    [['retry', '--every'], /--every/],
  ])('refuses %j', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError);
    expect(() => parseCommandLine(args)).toThrow(message);
  });
});
