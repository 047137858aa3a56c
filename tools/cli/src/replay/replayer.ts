import { EXIT, tellOfCommandLine } from '@drivewatch/config/command-line';
import { InvalidEnvironmentError, parseEnv, settings } from '@drivewatch/config';
import * as z from 'zod';
import { parseCommandLine } from './command-line';
import type { Output } from './progress';
import { replayFiles } from './replay-files';

/** npm runs scripts in the project's folder and puts the user's own folder here. */
const environmentSchema = z.object({
  INIT_CWD: z.string().optional(),
  ...settings.device,
  ...settings.fleetTimeZone,
});

export interface ReplayerInput {
  args: readonly string[];
  /** Only tests pass anything but the process's own. */
  env?: NodeJS.ProcessEnv;
  /** Takes what the user asked for, such as the help. */
  stdout: Output;
  /** Takes messages and progress. */
  stderr: Output;
  stop: AbortSignal;
  /** How long to retry a server that cannot be reached; a minute outlasts a restart. */
  unreachableForMs?: number;
}

/** Runs the program without its process. @returns the exit code */
export async function runReplayer(input: ReplayerInput): Promise<number> {
  const { args, env, stdout, stderr, stop, unreachableForMs = 60_000 } = input;
  try {
    const command = parseCommandLine(args);
    const {
      INIT_CWD: workingFolder = process.cwd(),
      DRIVEWATCH_KEY: key,
      FLEET_TIME_ZONE: timeZone,
    } = parseEnv(environmentSchema, env);
    const environment = { workingFolder, output: stderr, stop, unreachableForMs, key, timeZone };
    return (await replayFiles(command, environment)) ? EXIT.done : EXIT.failed;
  } catch (error) {
    if (stop.aborted) return EXIT.done;
    if (error instanceof InvalidEnvironmentError) {
      stderr.write(`replay: ${error.message}\n`);
      return EXIT.usage;
    }
    const code = tellOfCommandLine(error, { stdout, stderr });
    if (code === undefined) throw error;
    return code;
  }
}
