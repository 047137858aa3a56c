import { HelpAsked, UsageError } from '@drivewatch/config/command-line';
import { parseCommandLine } from './command-line';

describe(parseCommandLine.name, () => {
  it.each([
    [['ingest', '--parts', 'single,alerts', '--rounds', '1']],
    [['scale-out', '--seconds', '1', '--records', '2000']],
    [['summaries', '--million', '0.1']],
    [['summary-page', '--days', '3', '--hours', '2']],
    [['promises']],
  ])('takes %j', (args) => {
    expect(parseCommandLine(args)).toBeInstanceOf(Function);
  });

  it.each([
    [['ingest', '--parts', 'all'], /Allowed: .*: single, alerts, batches, overload, slow, duplicates/],
    [
      ['ingest', '--rounds', 'many'],
      /'--rounds <n>' argument 'many' is invalid. Allowed: a whole number from 1/,
    ],
    [['summaries', '--million', '-1'], /Allowed: a number above 0/],
    [['promises', '--seconds', '1'], /unknown option '--seconds'/],
    [['all'], /unknown command 'all'; allowed: ingest, scale-out, summaries, summary-page, promises/],
  ])('refuses %j', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError);
    expect(() => parseCommandLine(args)).toThrow(message);
  });

  it('names the defaults in its help', () => {
    expect(() => parseCommandLine(['summary-page', '--help'])).toThrow(HelpAsked);
    expect(() => parseCommandLine(['summary-page', '--help'])).toThrow(/--drivers <n> .*\(default: 10000\)/);
  });
});
