import type { CommandInput } from './access/command';

/** What every command is given; in tests, none of it belongs to the process. */
export interface CommandIo {
  /** The arguments after the command's name. */
  readonly args: readonly string[];
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Aborted by the first Ctrl-C or SIGTERM, if the command ends in an orderly way. */
  readonly stop: AbortSignal;
}

export interface Command {
  /**
   * Whether a signal asks the command to stop; the others end at once, and the database undoes what they have begun.
   */
  readonly endsInOrder: boolean;
  /** Loads the command and runs it. @returns the exit code */
  readonly run: (io: CommandIo) => Promise<number>;
}

/** Defines commands on the database: who may send and sign in, who is shown, and what was done. */
const onDatabase = (load: () => Promise<(input: CommandInput) => Promise<number>>): Command => ({
  endsInOrder: false,
  run: async ({ args, stdout, stderr }) => {
    const { askPassword } = await import('./access/ask-password');
    return (await load())({ args, output: stdout, notes: stderr, askPassword });
  },
});

/** Every command by its name, which is also that of its script in package.json. Each loads only what it needs. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  keys: onDatabase(async () => (await import('./access/keys')).runKeys),
  users: onDatabase(async () => (await import('./access/users')).runUsers),
  drivers: onDatabase(async () => (await import('./access/drivers')).runDrivers),
  audit: onDatabase(async () => (await import('./access/audit')).runAudit),
  jobs: {
    endsInOrder: false,
    run: async ({ args, stdout, stderr }) =>
      (await import('./jobs/jobs')).runJobs({ args, output: stdout, notes: stderr }),
  },
  archive: {
    endsInOrder: true,
    run: async ({ args, stdout, stderr, stop }) =>
      (await import('./archive/archive')).runArchive({
        command: 'archive',
        args,
        output: stdout,
        notes: stderr,
        stop,
      }),
  },
  'after-restore': {
    endsInOrder: true,
    run: async ({ args, stdout, stderr, stop }) =>
      (await import('./archive/archive')).runArchive({
        command: 'after-restore',
        args,
        output: stdout,
        notes: stderr,
        stop,
      }),
  },
  backup: {
    endsInOrder: true,
    run: async ({ args, stdout, stderr, stop }) =>
      (await import('./backup/run-backup')).runBackup({
        command: 'backup',
        args,
        output: stdout,
        notes: stderr,
        stop,
      }),
  },
  restore: {
    endsInOrder: true,
    run: async ({ args, stdout, stderr, stop }) =>
      (await import('./backup/run-backup')).runBackup({
        command: 'restore',
        args,
        output: stdout,
        notes: stderr,
        stop,
      }),
  },
  import: {
    endsInOrder: true,
    run: async ({ args, stdout, stderr, stop }) =>
      (await import('./import/importer')).runImporter({ args, stdout, output: stderr, stop }),
  },
  replay: {
    endsInOrder: true,
    run: async ({ args, stdout, stderr, stop }) =>
      (await import('./replay/replayer')).runReplayer({ args, stdout, stderr, stop }),
  },
  'publish-assets': {
    endsInOrder: false,
    run: async ({ args, stdout, stderr }) =>
      (await import('./publish-assets/run-publish-assets')).runPublishAssets({ args, stdout, stderr }),
  },
};
