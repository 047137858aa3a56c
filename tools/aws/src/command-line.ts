import { readCommandLine, refuse } from '@drivewatch/config/command-line';
import { Option } from 'commander';
import { SIZE_NAMES, type SizeName } from './sizes';

const COMMANDS = {
  synth: 'writes the CloudFormation templates to dist/cdk.out; takes no account and no network',
  diff: 'shows what a deployment would change',
  deploy:
    "deploys: network and stores, then the page's files to the public bucket, then API, consumers and summaries",
};
type CommandName = keyof typeof COMMANDS;
/** CloudFront takes certificates only from this region, so with it one certificate is enough. */
const DEFAULT_REGION = 'us-east-1';

export interface CommandLine {
  readonly command: CommandName;
  readonly size: SizeName;
  readonly region: string;
  /** `DomainName` and the like, without those that are not given. */
  readonly parameters: readonly string[];
}

const PROGRAM_TEXT = {
  name: 'npm run aws --',
  description: `
Drivewatch on AWS, as templates, as what would change, or deployed.

docs/aws.md goes through it step by step. diff and deploy take the credentials that every AWS tool takes; deploy builds
images, which takes Docker.`,
};

const ABOUT_PARAMETERS = `what only you know, each with the option before it; given once, a deployment keeps it: DomainName, \
ViewerCertificateArn, OriginCertificateArn, AlarmEmail, FleetTimeZone`;

/**
 * @throws UsageError
 * @throws HelpAsked
 */
export function parseCommandLine(args: readonly string[]): CommandLine {
  return readCommandLine<CommandLine>(args, PROGRAM_TEXT, (program, ask) => {
    for (const [command, description] of Object.entries(COMMANDS) as [CommandName, string][])
      program
        .command(command)
        .description(description)
        .addOption(
          new Option('--size <size>', '1,000 vehicles are small, 50,000 large')
            .choices(SIZE_NAMES)
            .default('small'),
        )
        .option('--region <region>', 'where everything but CloudFront is', toRegion, DEFAULT_REGION)
        .option('--parameters <name=value>', ABOUT_PARAMETERS, addParameter, [])
        .action((options: Omit<CommandLine, 'command'>) => {
          ask({ command, ...options });
        });
  });
}

const toRegion = (text: string): string =>
  /^[a-z]{2}(-[a-z]+)+-\d$/.test(text) ? text : refuse('a region such as eu-central-1');

/** @param before what was given of the same option before */
const addParameter = (text: string, before: readonly string[]): string[] =>
  /^[A-Za-z]+=./.test(text) ? [...before, text] : refuse('NAME=VALUE');
