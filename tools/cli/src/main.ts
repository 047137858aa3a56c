/** The operator's program: `npm run NAME -- …` starts it with the command's name first. */
import { constants } from 'node:os';
import { EXIT } from '@drivewatch/config/command-line';
import { COMMANDS } from './commands';

const [name = '', ...args] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
const stop = new AbortController();
let signalled: 'SIGINT' | 'SIGTERM' | undefined;

if (command === undefined) {
  process.stderr.write(`"${name}" is no command; allowed: ${Object.keys(COMMANDS).join(', ')}\n`);
  process.exitCode = EXIT.usage;
} else {
  if (command.endsInOrder) stopOnSignals();
  const code = await command.run({
    args,
    stdout: process.stdout,
    stderr: process.stderr,
    stop: stop.signal,
  });
  process.exitCode = signalled === undefined ? code : 128 + constants.signals[signalled];
}

function stopOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // A second one means it: the user does not want to wait for services to stop.
      if (signalled !== undefined) process.exit(128 + constants.signals[signal]);
      signalled = signal;
      stop.abort(new Error(`Stopped by ${signal}`));
    });
  }
}
