import { createInterface } from 'node:readline/promises';
import { CommandError } from './command';

/**
 * Asks a question on the terminal.
 *
 * @returns what was typed
 * @throws CommandError when there is no terminal, or Ctrl-C is pressed
 */
export async function askOnTerminal(question: string): Promise<string> {
  if (!process.stdin.isTTY) throw new CommandError('There is no terminal to ask on; use --yes');
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const stop = new AbortController();
  prompt.on('SIGINT', () => {
    stop.abort();
  });
  try {
    return await prompt.question(question, { signal: stop.signal });
  } catch (cause) {
    throw new CommandError('Stopped; nothing was changed', { cause });
  } finally {
    prompt.close();
  }
}
