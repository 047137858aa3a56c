import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from '@drivewatch/config';
import * as z from 'zod';
import type { CommandLine } from './command-line';
import { FOUNDATION, SERVICES } from './drivewatch-app';

const outputsSchema = z.object({ [FOUNDATION]: z.object({ PublicBucket: z.string() }) });

/** The paths in a checkout. */
export interface Places {
  /** The folder of the checkout. */
  readonly root: string;
  /** The built program that `cdk` runs to create the stacks. */
  readonly program: string;
}

/**
 * Returns the arguments of `cdk`.
 *
 * @param stack the stack to deploy; all of them for other commands
 * @param outputsFile where a deployment writes what it made
 */
export function cdkArguments(
  { command, size, region, parameters }: CommandLine,
  { root, program }: Places,
  deployed?: { readonly stack: string; readonly outputsFile: string },
): string[] {
  // A shell reads this; CDK strips quotes from its beginning and end.
  const app = `exec "${process.execPath}" "${program}" make-app --size ${size} --region ${region}`;
  return [
    command,
    '--app',
    app,
    '--output',
    join(root, 'dist/cdk.out'),
    '--no-notices',
    '--no-version-reporting',
    ...(command === 'synth' ? ['--quiet'] : []),
    ...(deployed === undefined
      ? []
      : [
          deployed.stack,
          '--exclusively',
          '--outputs-file',
          deployed.outputsFile,
          '--require-approval',
          'broadening',
        ]),
    ...(deployed === undefined
      ? []
      : ofStack(deployed.stack, parameters).flatMap((text) => ['--parameters', text])),
  ];
}

/** Selects a stack's parameters, since CDK refuses those that a stack does not have. */
function ofStack(stack: string, parameters: readonly string[]): string[] {
  const ofServices = ['AlarmEmail=', 'FleetTimeZone='];
  const isOfServices = (text: string) => ofServices.some((name) => text.startsWith(name));
  return parameters.filter((text) => isOfServices(text) === (stack === SERVICES));
}

/**
 * Does what the command line says, in this terminal.
 *
 * @returns exit code
 */
export async function runCdk(commandLine: CommandLine, places: Places): Promise<number> {
  const cdk = (args: string[]) => run(join(places.root, 'node_modules/aws-cdk/bin/cdk'), args, places.root);
  if (commandLine.command !== 'deploy') return cdk(cdkArguments(commandLine, places));

  const outputsFile = join(places.root, 'dist/cdk-outputs.json');
  const deploy = (stack: string) => cdk(cdkArguments(commandLine, places, { stack, outputsFile }));
  const foundationCode = await deploy(FOUNDATION);
  if (foundationCode !== 0) return foundationCode;
  // The files are published before the services are deployed: a page of the new build loads them from the bucket.
  const outputs = outputsSchema.parse(JSON.parse(await readFile(outputsFile, 'utf8')));
  const cli = join(places.root, 'dist/tools/cli/main.mjs');
  const publishCode = await run(cli, ['publish-assets'], places.root, {
    PUBLIC_BUCKET: outputs[FOUNDATION].PublicBucket,
    AWS_REGION: commandLine.region,
  });
  return publishCode === 0 ? deploy(SERVICES) : publishCode;
}

function run(
  program: string,
  args: readonly string[],
  cwd: string,
  more: Readonly<Record<string, string>> = {},
): Promise<number> {
  const env = { ...parseEnv(z.record(z.string(), z.string())), CDK_DISABLE_CLI_TELEMETRY: 'true', ...more };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { cwd, env, stdio: 'inherit' });
    child.once('error', reject);
    // A signal from the terminal reaches the child as well; this program ends when the child has ended.
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
