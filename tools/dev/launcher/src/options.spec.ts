import { HelpAsked, UsageError } from '@drivewatch/config/command-line';
import { parseOptions } from './options';

describe(parseOptions.name, () => {
  it('starts everything, fleet included, without arguments', () => {
    expect(parseOptions([])).toEqual({ command: 'start', withDemo: true });
  });

  it('leaves the fleet out on --no-demo', () => {
    expect(parseOptions(['--no-demo'])).toEqual({ command: 'start', withDemo: false });
  });

  it('reads that only the schema is brought up to date', () => {
    expect(parseOptions(['migrate'])).toEqual({ command: 'migrate', withDemo: false });
  });

  it.each([
    [['--help'], /^Usage: npm start -- \[options\]\n[^]*--no-demo[^]*PORT=8081 npm start\n/],
    [['migrate', '--help'], /^Usage: npm run migrate /],
  ])('shows its help for %j', (args, text) => {
    expect(() => parseOptions(args)).toThrow(HelpAsked);
    expect(() => parseOptions(args)).toThrow(text);
  });

  it.each([
    ["unknown option '--demo=no'", ['--demo=no']],
    ["unknown option '--nodemo' (Did you mean --no-demo?)", ['--no-demo', '--nodemo']],
    ['too many arguments', ['begin']],
    ['too many arguments', ['migrate', 'twice']],
  ])('refuses with %s in one line', (message, args) => {
    const parse = () => parseOptions(args);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(message);
    expect(parse).not.toThrow('\n');
  });
});
