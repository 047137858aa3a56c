import { durationOption, integerOption, listOption, refuse, urlOption } from './options';
import { EXIT, HelpAsked, readCommandLine, tellOfCommandLine, UsageError } from './read-command-line';

/** Reads the command line of a program with two commands. */
const read = (...args: string[]): unknown =>
  readCommandLine(
    args,
    { name: 'garden', description: 'Waters\nand weeds.\n\nEvery day.' },
    (program, ask) => {
      program
        .command('water')
        .argument('<bed...>', 'which beds', (bed: string, before: string[] | undefined) =>
          bed === 'sea' ? refuse('beds on land') : [...(before ?? []), bed],
        )
        .addOption(integerOption('--litres <n>', 'how much', { min: 1, max: 9, default: 5 }))
        .addOption(durationOption('--for <time>', 'how long', { mayBeZero: true, default: '2h' }))
        .action((beds: string[], options: object) => {
          ask({ beds, ...options });
        });
      program
        .command('weed')
        .addOption(integerOption('--from <n>', 'which row is the first', { min: 1 }))
        .addOption(durationOption('--within <time>', 'how soon'))
        .addOption(urlOption('--ask <url>', 'who knows', 'http://localhost:8080'))
        .addOption(listOption('--only <names>', 'which weeds', ['dock', 'nettle']))
        .action((options: object) => {
          ask(options);
        });
    },
  );

/** Returns what the shell and the user see. */
function told(...args: string[]): { code: number | undefined; stdout: string; stderr: string } {
  const seen = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof seen) => ({ write: (text: string) => (seen[name] += text) !== '' });
  try {
    read(...args);
    throw new Error('was read');
  } catch (error) {
    const code = tellOfCommandLine(error, { stdout: stream('stdout'), stderr: stream('stderr') });
    return { code, ...seen };
  }
}

describe(readCommandLine.name, () => {
  it('returns what the command has understood, with the defaults', () => {
    expect(read('water', 'a', 'b')).toEqual({ beds: ['a', 'b'], litres: 5, for: 7_200_000 });
    expect(read('water', 'a', '--litres=9', '--for', '0')).toEqual({ beds: ['a'], litres: 9, for: 0 });
    expect(read('weed', '--within', '30m')).toEqual({
      within: 1_800_000,
      ask: 'http://localhost:8080',
    });
    expect(read('weed', '--from', '123456', '--ask', 'https://x', '--only', 'dock,nettle')).toEqual({
      from: 123_456,
      ask: 'https://x',
      only: ['dock', 'nettle'],
    });
  });

  it.each([
    [['dig'], "unknown command 'dig'; allowed: water, weed"],
    [['water'], "missing required argument 'bed'"],
    [['water', 'sea'], "command-argument value 'sea' is invalid for argument 'bed'. Allowed: beds on land"],
    [['weed', 'a'], "too many arguments for 'weed'. Expected 0 arguments but got 1"],
    [['weed', '--form', '1'], "unknown option '--form' (Did you mean --from?)"],
    [['weed', '--from'], "option '--from <n>' argument missing"],
    [['weed', '--from', '0'], "option '--from <n>' argument '0' is invalid. Allowed: a whole number from 1"],
    [
      ['water', 'a', '--litres', '1.5'],
      "option '--litres <n>' argument '1.5' is invalid. Allowed: a whole number from 1 to 9",
    ],
    [['water', 'a', '--litres', ''], 'Allowed: a whole number from 1 to 9'],
    [['water', 'a', '--litres', '10'], 'Allowed: a whole number from 1 to 9'],
    [
      ['weed', '--ask', 'x:80'],
      "argument 'x:80' is invalid. Allowed: an address such as http://localhost:8080",
    ],
    [
      ['weed', '--only', 'dock,rose'],
      "argument 'dock,rose' is invalid. Allowed: with commas between them: dock, nettle",
    ],
    [['weed', '--within', '0'], "'0' is invalid. Allowed: 30m, 12h, 90d and the like"],
    [['water', 'a', '--for', 'ever'], "'ever' is invalid. Allowed: 30m, 12h, 90d and the like, or 0"],
  ])('refuses %j', (args, message) => {
    expect(() => read(...args)).toThrow(UsageError);
    expect(() => read(...args)).toThrow(message);
  });

  it('throws the help, of the program or of a command', () => {
    expect(() => read('--help')).toThrow(HelpAsked);
    expect(() => read('water', '-h')).toThrow(/^Usage: garden water \[options\] <bed\.\.\.>\n/);
  });
});

describe(tellOfCommandLine.name, () => {
  it('shows the help that was asked for on standard output', () => {
    const { code, stdout, stderr } = told('--help');
    expect([code, stderr]).toEqual([EXIT.done, '']);
    expect(stdout).toMatch(/^Usage: garden \[options\] \[command\]\n\nWaters and weeds\.\n\nEvery day\.\n/);
    expect(told('water', '--help').stdout).toMatch(
      /--litres <n> +how much, from 1 to 9 \(default: 5\)\n +--for <time> +how long \(default: 2h\)/,
    );
  });

  it('shows it as a mistake where a command is needed', () => {
    expect(told()).toEqual({ code: EXIT.usage, stdout: '', stderr: told('--help').stdout });
  });

  it('says in one line what is wrong', () => {
    expect(told('dig')).toEqual({
      code: EXIT.usage,
      stdout: '',
      stderr: "✗ unknown command 'dig'; allowed: water, weed (--help shows how)\n",
    });
  });

  it('says nothing of other errors', () => {
    const stream = { write: jest.fn(() => true) };
    expect(tellOfCommandLine(new Error('other'), { stdout: stream, stderr: stream })).toBeUndefined();
    expect(stream.write).not.toHaveBeenCalled();
  });
});
