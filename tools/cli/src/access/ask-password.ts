import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandError } from './command';

/**
 * Asks for a new password: twice, without showing it, or as the first line of the standard input.
 *
 * @throws CommandError when there is no terminal to ask on, or the two differ
 */
export async function askPassword(from: 'terminal' | 'stdin'): Promise<string> {
  if (from === 'stdin') return firstLine();
  if (!process.stdin.isTTY)
    throw new CommandError('There is no terminal to ask for the password on; use --password-stdin');
  const password = await ask('Password: ');
  if ((await ask('Again: ')) !== password) throw new CommandError('The two passwords differ');
  return password;
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) return line;
    throw new CommandError('The standard input holds no password');
  } finally {
    lines.close();
  }
}

async function ask(question: string): Promise<string> {
  process.stderr.write(question);
  // Readline echoes what is typed, here to nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  const stop = new AbortController();
  prompt.on('SIGINT', () => {
    stop.abort();
  });
  try {
    return await prompt.question('', { signal: stop.signal });
  } catch (cause) {
    throw new CommandError('Stopped; nothing was changed', { cause });
  } finally {
    prompt.close();
    process.stderr.write('\n');
  }
}
