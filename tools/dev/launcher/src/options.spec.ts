import { parseOptions, UsageError } from './options';

describe(parseOptions.name, () => {
  it('starts everything, fleet included, without arguments', () => {
    expect(parseOptions([])).toEqual({ command: 'start', withDemo: true });
  });

  it('leaves the fleet out on --no-demo', () => {
    expect(parseOptions(['--no-demo'])).toEqual({ command: 'start', withDemo: false });
  });

  it('prefers --help to any command', () => {
    expect(parseOptions(['migrate', '--help']).command).toBe('help');
  });

  it.each([
    ['--demo=no', ['--demo=no']],
    ['--nodemo', ['--no-demo', '--nodemo']],
    ['begin', ['begin']],
    ['twice', ['migrate', 'twice']],
  ])('refuses %s by name in one line', (wrong, args) => {
    const parse = () => parseOptions(args);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(`Unknown option "${wrong}"`);
    expect(parse).not.toThrow('\n');
  });
});
