import {
  type Define,
  EXIT,
  type ProgramText,
  readCommandLine,
  tellOfCommandLine,
} from '@drivewatch/config/command-line';
import { parseEnv, settings } from '@drivewatch/config';
import { tellOfDatabase, withDatabase } from '../with-database';
import { commandActor, Database } from '@drivewatch/persistence';
import * as z from 'zod';

/** Statements run one after the other. */
const POOL_SIZE = 1;

const environmentSchema = z.object({ ...settings.optionalDatabase, ...settings.dataDir });

export interface CommandInput {
  args: readonly string[];
  /** Only tests pass anything but the process's own. */
  env?: NodeJS.ProcessEnv;
  output: Pick<NodeJS.WritableStream, 'write'>;
  /** Takes messages that are not part of the output. */
  notes: Pick<NodeJS.WritableStream, 'write'>;
  /** Asks for a new password. */
  askPassword: (from: 'terminal' | 'stdin') => Promise<string>;
  /** Only tests pass anything but `askOnTerminal`. */
  ask?: (question: string) => Promise<string>;
}

/** The request cannot be fulfilled; the message is for the user, in one line. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** What a command line asks for. */
export type Work = (database: Database) => Promise<void>;

/**
 * Runs a program without its process: reads the command line, works on the database, and reports what went wrong.
 * @returns exit code
 */
export async function runCommand(
  { args, env, output, notes }: CommandInput,
  text: ProgramText,
  define: Define<Work>,
): Promise<number> {
  try {
    const work = readCommandLine(args, text, define);
    const config = parseEnv(environmentSchema, env);
    await withDatabase(
      config,
      (line) => notes.write(`${line}\n`),
      async (databaseUrl) => {
        const database = new Database(databaseUrl, { poolSize: POOL_SIZE, actor: commandActor() });
        try {
          await work(database);
        } finally {
          await database.close();
        }
      },
    );
    return EXIT.done;
  } catch (error) {
    const code = tellOfCommandLine(error, { stdout: output, stderr: notes });
    if (code !== undefined) return code;
    notes.write(`✗ ${tellOfDatabase(error, 'keys, users, drivers and the audit log')}\n`);
    return EXIT.failed;
  }
}
