import { parseArgs } from 'node:util';
import { SIZE_NAMES, type SizeName } from './sizes';

const COMMANDS = ['synth', 'diff', 'deploy'] as const;
/** The region whose certificates CloudFront takes, so that one certificate does. */
const DEFAULT_REGION = 'us-east-1';

export interface CommandLine {
  readonly command: (typeof COMMANDS)[number];
  readonly size: SizeName;
  readonly region: string;
  /** `DomainName` and the like, without those that are not given. */
  readonly parameters: readonly string[];
}

/** The command line makes no sense; the message is one line for the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `usage: npm run aws -- synth | diff | deploy [--size small|large] [--region REGION] [--parameters NAME=VALUE]…

  synth    writes the CloudFormation templates to dist/tools/aws/cdk.out; takes no account and no network
  diff     shows what a deployment would change
  deploy   deploys: network and stores, then the page's files to the public bucket, then API, consumers and summaries

  --size        small: 1,000 vehicles (unless given), large: 50,000
  --region      of everything but CloudFront, ${DEFAULT_REGION} unless given
  --parameters  what only you know; given once, a deployment keeps it: DomainName, ViewerCertificateArn,
                OriginCertificateArn, AlarmEmail, FleetTimeZone
  --help        shows this

docs/aws.md goes through it step by step. diff and deploy take the credentials that every AWS tool takes; deploy builds
images, which takes Docker.
`;

/**
 * @returns what to do, or 'help'
 * @throws UsageError
 */
export function parseCommandLine(args: readonly string[]): CommandLine | 'help' {
  const { values, positionals } = parse(args);
  if (values.help === true) return 'help';
  const [command, ...more] = positionals;
  if (command === undefined) throw new UsageError(`say what to do: ${COMMANDS.join(', ')}`);
  if (!isOneOf(COMMANDS, command)) {
    throw new UsageError(`unknown command ${command}; there are ${COMMANDS.join(', ')}`);
  }
  if (more.length > 0) throw new UsageError(`${command} takes nothing more, but ${more.join(' ')} is there`);
  const { size = 'small', region = DEFAULT_REGION, parameters = [] } = values;
  if (!isOneOf(SIZE_NAMES, size))
    throw new UsageError(`--size is ${size}; allowed: ${SIZE_NAMES.join(', ')}`);
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region))
    throw new UsageError(`--region is ${region}; allowed: such as eu-central-1`);
  const unfit = parameters.find((parameter) => !/^[A-Za-z]+=./.test(parameter));
  if (unfit !== undefined) throw new UsageError(`--parameters is ${unfit}; allowed: NAME=VALUE`);
  return { command, size, region, parameters };
}

function isOneOf<T extends string>(allowed: readonly T[], text: string): text is T {
  return (allowed as readonly string[]).includes(text);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        size: { type: 'string' },
        region: { type: 'string' },
        parameters: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
