import { HelpAsked, UsageError } from '@drivewatch/config/command-line';
import { parseCommandLine } from './command-line';
import { cdkArguments } from './run-cdk';

const DEFAULTS = { size: 'small', region: 'us-east-1', parameters: [] };

describe(parseCommandLine.name, () => {
  it.each([
    [['synth'], { ...DEFAULTS, command: 'synth' }],
    [['diff', '--size', 'large'], { ...DEFAULTS, command: 'diff', size: 'large' }],
    [
      [
        'deploy',
        '--region',
        'eu-central-1',
        '--parameters',
        'DomainName=a.example',
        '--parameters',
        'AlarmEmail=a@b',
      ],
      {
        command: 'deploy',
        size: 'small',
        region: 'eu-central-1',
        parameters: ['DomainName=a.example', 'AlarmEmail=a@b'],
      },
    ],
  ])('reads %j', (args, expected) => {
    expect(parseCommandLine(args)).toEqual(expected);
  });

  it.each([
    [['destroy'], /unknown command 'destroy'; allowed: synth, diff, deploy/],
    [['synth', 'all'], /too many arguments for 'synth'/],
    [
      ['synth', '--size', 'huge'],
      /'--size <size>' argument 'huge' is invalid. Allowed choices are small, large/,
    ],
    [['synth', '--region', 'x; rm'], /'x; rm' is invalid. Allowed: a region such as eu-central-1/],
    [['deploy', '--parameters', 'DomainName'], /'DomainName' is invalid. Allowed: NAME=VALUE/],
    [['synth', '--profile', 'x'], /--profile/],
  ])('refuses %j', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError);
    expect(() => parseCommandLine(args)).toThrow(message);
  });

  it.each([[[]], [['--help']], [['deploy', '--help']]])('shows how it is used for %j', (args) => {
    expect(() => parseCommandLine(args)).toThrow(HelpAsked);
  });
});

describe(cdkArguments.name, () => {
  const places = { root: '/checkout', program: '/checkout/dist/tools/aws/main.mjs' };
  const deploy = {
    command: 'deploy',
    size: 'large',
    region: 'eu-central-1',
    parameters: ['DomainName=a.example', 'AlarmEmail=a@b.example'],
  } as const;
  const valuesOf = (args: readonly string[], option: string) =>
    args.filter((_, index) => args[index - 1] === option);

  it('makes CDK ask for the stacks of the size and the region', () => {
    const [app] = valuesOf(cdkArguments(deploy, places), '--app');
    expect(app).toMatch(
      /"\/checkout\/dist\/tools\/aws\/main.mjs" make-app --size large --region eu-central-1$/,
    );
  });

  it.each([
    ['DrivewatchFoundation', ['DomainName=a.example']],
    ['DrivewatchServices', ['AlarmEmail=a@b.example']],
  ])('gives %s its own parameters alone', (stack, parameters) => {
    const args = cdkArguments(deploy, places, { stack, outputsFile: '/checkout/dist/outputs.json' });
    expect(valuesOf(args, '--parameters')).toEqual(parameters);
    expect(args).toContain(stack);
    expect(valuesOf(args, '--outputs-file')).toEqual(['/checkout/dist/outputs.json']);
  });
});
