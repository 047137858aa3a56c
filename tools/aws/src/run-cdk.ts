import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from '@drivewatch/config';
import * as z from 'zod';
import type { CommandLine } from './command-line';
import { FOUNDATION, SERVICES } from './drivewatch-app';

const outputsSchema = z.object({ [FOUNDATION]: z.object({ PublicBucket: z.string() }) });

/** Where things are in a checkout. */
export interface Places {
  /** Folder of the checkout. */
  readonly root: string;
  /** The built program that `cdk` runs to have the stacks made. */
  readonly program: string;
}

/**
 * The arguments of `cdk`.
 *
 * @param stack of a deployment; all of them otherwise
 * @param outputsFile where a deployment says what it made
 */
export function cdkArguments(
  { command, size, region, parameters }: CommandLine,
  { root, program }: Places,
  deployed?: { readonly stack: string; readonly outputsFile: string },
): string[] {
  // A shell reads it; CDK takes off quotes at its beginning and end.
  const app = `exec "${process.execPath}" "${program}" make-app --size ${size} --region ${region}`;
  return [
    command,
    ...['--app', app],
    ...['--output', join(root, 'dist/cdk.out'), '--no-notices', '--no-version-reporting'],
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

/** CDK refuses parameters that a stack does not have. */
function ofStack(stack: string, parameters: readonly string[]): string[] {
  const ofServices = ['AlarmEmail=', 'FleetTimeZone='];
  const isOfServices = (text: string) => ofServices.some((name) => text.startsWith(name));
  return parameters.filter((text) => isOfServices(text) === (stack === SERVICES));
}

/**
 * Does what the command line says, on this terminal.
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
  // Before the services: a page of the new build loads them from the bucket.
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
    // A signal from the terminal reaches the child as well; this program ends when that one has.
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
