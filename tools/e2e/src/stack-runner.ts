/**
 * Holds the stack for the browser tests, in a process of its own: Playwright compiles what it loads with a newer kind
 * of decorators than that of TypeORM's entities, so it cannot load the stack itself. Talks to its parent over Node's
 * IPC channel and ends, with everything that it started, when that is closed. Its one argument are the stack's options
 * as JSON.
 */
import { STORE_RECORDS_JOB } from '@drivewatch/contracts';
import { type Stack, type StackOptions, startStack } from '@drivewatch/test-stack';
import type { StackCommand, StackReply } from './stack-protocol';

const reply = (message: StackReply) => process.send?.(message);

async function obey(stack: Stack, command: StackCommand): Promise<void> {
  switch (command) {
    case 'crash-api':
      await stack.api().crash();
      return;
    case 'start-api':
      await stack.startApi();
      return;
    case 'add-bad-job':
      await stack.queue().add(STORE_RECORDS_JOB, { fields: ['nonsense'], rows: [[true]] });
  }
}

// A terminal's Ctrl-C reaches this process too, but it is the parent that ends the tests and then this.
process.on('SIGINT', () => undefined);

try {
  const stack = await startStack(JSON.parse(process.argv[2] ?? '{}') as StackOptions);
  process.on('message', (command: StackCommand) => {
    obey(stack, command).then(
      () => reply({ kind: 'done' }),
      (error: unknown) => reply({ kind: 'failed', error: String(error) }),
    );
  });
  process.once('disconnect', () => void stack.stop());
  // It may have been closed while the stack came up.
  if (process.connected) reply({ kind: 'ready', url: stack.url, publicFolder: stack.publicFolder });
  else await stack.stop();
} catch (error) {
  reply({ kind: 'failed', error: String(error) });
  process.exitCode = 1;
  process.disconnect();
}
