import { Command, CommanderError } from 'commander';

/** The exit codes of a program, as the shell sees them. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** Thrown when the command line makes no sense; the message is for the user, in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Thrown when the user asked how the program is used; the message is the help text. */
export class HelpAsked extends Error {
  override readonly name = 'HelpAsked';
  /** @param isMeant true if help was requested, false if the line was empty where a command is needed */
  constructor(
    text: string,
    readonly isMeant: boolean,
  ) {
    super(text);
  }
}

/** The description of a program in its help text. */
export interface ProgramText {
  /** The words before the options, such as `npm run keys --`. */
  readonly name: string;
  /** Lines of a paragraph may be broken anywhere; an empty line stands between paragraphs. */
  readonly description: string;
}

/** Gives a program its options, arguments and commands; each action calls `ask` with what it has understood. */
export type Define<T> = (program: Command, ask: (asked: T) => void) => void;

/**
 * Reads a command line.
 *
 * @returns what `ask` was called with
 * @throws UsageError naming what is wrong
 * @throws HelpAsked with the text to show
 */
export function readCommandLine<T>(
  args: readonly string[],
  { name, description }: ProgramText,
  define: Define<T>,
): T {
  let written = '';
  const write = (text: string): void => {
    written += text;
  };
  const program = new Command(name)
    .description(unbroken(description))
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: write, outputError: () => undefined });
  const asked: T[] = [];
  define(program, (value) => {
    asked.push(value);
  });
  try {
    program.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') throw new HelpAsked(written, true);
    if (error.code === 'commander.help') throw new HelpAsked(written, false);
    throw new UsageError(oneLine(error, program), { cause: error });
  }
  return asked[0] as T;
}

/** Reads the command line of a program that has nothing to say but `--help`. @throws UsageError @throws HelpAsked */
export function readEmptyCommandLine(args: readonly string[], text: ProgramText): void {
  readCommandLine(args, text, (program, ask) => {
    program.action(() => {
      ask(undefined);
    });
  });
}

/**
 * Tells the user how a program is used, or why the command line makes no sense.
 *
 * @returns the exit code, or undefined for any other error, which is not reported
 */
export function tellOfCommandLine(
  error: unknown,
  { stdout, stderr }: Record<'stdout' | 'stderr', Pick<NodeJS.WritableStream, 'write'>>,
): number | undefined {
  if (error instanceof HelpAsked) {
    (error.isMeant ? stdout : stderr).write(error.message);
    return error.isMeant ? EXIT.done : EXIT.usage;
  }
  if (!(error instanceof UsageError)) return undefined;
  stderr.write(`✗ ${error.message} (--help shows how)\n`);
  return EXIT.usage;
}

const unbroken = (text: string): string =>
  text
    .trim()
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.replaceAll('\n', ' '))
    .join('\n\n');

/** Makes a commander message one line: it begins with "error: " and has its suggestion on a separate line. */
function oneLine({ code, message }: CommanderError, program: Command): string {
  const [problem = '', ...proposals] = message.replace(/^error: /, '').split('\n');
  if (code === 'commander.unknownCommand')
    return `${problem}; allowed: ${program.commands.map((command) => command.name()).join(', ')}`;
  return [problem.replace(/\.$/, ''), ...proposals].join(' ');
}
