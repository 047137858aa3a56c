import { constants } from 'node:os';
import { runBackup } from './run-backup';

const stop = new AbortController();
let signalled: 'SIGINT' | 'SIGTERM' | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // A second one means it: the user does not want to wait for services to stop.
    if (signalled !== undefined) process.exit(128 + constants.signals[signal]);
    signalled = signal;
    stop.abort(new Error(`Stopped by ${signal}`));
  });
}
const code = await runBackup({ args: process.argv.slice(2), output: process.stdout, stop: stop.signal });
process.exitCode = signalled === undefined ? code : 128 + constants.signals[signalled];
