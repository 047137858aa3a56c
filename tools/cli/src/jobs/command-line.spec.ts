import { UsageError } from '../program';
import { parseCommandLine } from './command-line';

describe(parseCommandLine.name, () => {
  it.each([
    [['failed'], { command: 'failed' }],
    [['retry', '7', '12'], { command: 'retry', ids: ['7', '12'] }],
    [['retry', '--all'], { command: 'retry', ids: null }],
    [['show', '7'], { command: 'show', id: '7', asJson: false }],
    [['show', '7', '--json'], { command: 'show', id: '7', asJson: true }],
    [['remove', '7', '7', '12'], { command: 'remove', ids: ['7', '12'], to: null }],
    [['remove', '--all', '--to', 'a.jsonl'], { command: 'remove', ids: null, to: 'a.jsonl' }],
    [['restore', 'a.jsonl'], { command: 'restore', file: 'a.jsonl' }],
    [['retry', '--help'], 'help'],
    [['-h'], 'help'],
  ])('reads %j', (args, expected) => {
    expect(parseCommandLine(args)).toEqual(expected);
  });

  it.each([
    [[], /say what to do/],
    [['failed', '7'], /takes nothing more/],
    [['failed', '--all'], /takes nothing more/],
    [['delete', '7'], /unknown command delete; there are failed, show, retry, remove, restore/],
    [['show'], /show takes the id of one job/],
    [['show', '7', '8'], /show takes the id of one job/],
    [['show', '7', '--to', 'x'], /show takes no --to/],
    [['remove'], /name the jobs to remove, or say --all/],
    [['remove', '7', '--json'], /remove takes no --json/],
    [['restore'], /restore takes one file/],
    [['retry'], /name the jobs to retry, or say --all/],
    [['retry', '7', '--all'], /not both/],
    [['retry', '--every'], /--every/],
  ])('refuses %j', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError);
    expect(() => parseCommandLine(args)).toThrow(message);
  });
});
