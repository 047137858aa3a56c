import { accessToolEnvSchema, parseEnv } from '@drivewatch/config';
import { tellOfDatabase, withDatabase } from '../with-database';
import { commandActor, Database } from '@drivewatch/persistence';
import { EXIT, UsageError } from '../program';

/** One statement after the other. */
const POOL_SIZE = 1;

export interface CommandInput {
  args: readonly string[];
  /** Only tests pass anything but the process's own. */
  env?: NodeJS.ProcessEnv;
  output: Pick<NodeJS.WritableStream, 'write'>;
  /** What is not meant for whoever reads the output. */
  notes: Pick<NodeJS.WritableStream, 'write'>;
  /** Asks for a new password. */
  askPassword: (from: 'terminal' | 'stdin') => Promise<string>;
  /** Only tests pass anything but `askOnTerminal`. */
  ask?: (question: string) => Promise<string>;
}

/** What was asked for cannot be done; the message is for the user, in one line. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** A program without its process: reads the command line, works on the database, tells what went wrong. @returns exit code */
export async function runCommand(
  { args, env, output, notes }: CommandInput,
  usage: string,
  plan: () => (database: Database) => Promise<void>,
): Promise<number> {
  if (args.length === 0 || args.some((arg) => arg === '--help' || arg === '-h')) {
    output.write(usage);
    return args.length === 0 ? EXIT.usage : EXIT.done;
  }
  try {
    const work = plan();
    const config = parseEnv(accessToolEnvSchema, env);
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
    if (error instanceof UsageError) {
      notes.write(`✗ ${error.message}\n\n${usage}`);
      return EXIT.usage;
    }
    notes.write(`✗ ${tellOfDatabase(error, 'keys, users, drivers and the audit log')}\n`);
    return EXIT.failed;
  }
}
