import { HelpAsked, UsageError } from '@drivewatch/config/command-line';
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
  ])('reads %j', (args, expected) => {
    expect(parseCommandLine(args)).toEqual(expected);
  });

  it.each([
    [['failed', '7'], /too many arguments for 'failed'/],
    [['failed', '--all'], /unknown option '--all'/],
    [['delete', '7'], /unknown command 'delete'; allowed: failed, show, retry, remove, restore/],
    [['show'], /missing required argument 'id'/],
    [['show', '7', '8'], /too many arguments for 'show'/],
    [['show', '7', '--to', 'x'], /unknown option '--to'/],
    [['remove'], /name the jobs to remove, or say --all/],
    [['remove', '7', '--json'], /unknown option '--json'/],
    [['restore'], /missing required argument 'file'/],
    [['retry'], /name the jobs to retry, or say --all/],
    [['retry', '7', '--all'], /not both/],
    [['retry', '--every'], /--every/],
  ])('refuses %j', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError);
    expect(() => parseCommandLine(args)).toThrow(message);
  });

  it.each([[[]], [['-h']], [['retry', '--help']]])('shows how it is used for %j', (args) => {
    expect(() => parseCommandLine(args)).toThrow(HelpAsked);
  });
});
