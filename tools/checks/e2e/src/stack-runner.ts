/**
 * Holds the stack for the browser tests, in a process of its own: Playwright compiles what it loads with a newer kind
 * of decorators than that of TypeORM's entities, so it cannot load the stack itself. The process talks to its parent
 * over Node's IPC channel and ends, with everything that it started, when the channel is closed. Its one argument is
 * the stack's options as JSON.
 */
import { STORE_RECORDS_JOB } from '@drivewatch/contracts';
import { Database, RemovedDriverRepository } from '@drivewatch/persistence';
import { AUTH_ENV, BUILT_DASHBOARD, type Stack, startStack } from '@drivewatch/testing';
import type { StackCommand, StackProcessOptions, StackReply } from './stack-protocol';

const options = JSON.parse(process.argv[2] ?? '{}') as StackProcessOptions;
const reply = (message: StackReply) => process.send?.(message);

/** Whatever was started besides the stack, to be stopped before it. */
const beside: { stop: () => Promise<unknown> }[] = [];

/** @returns the address of an API that was started */
async function obey(stack: Stack, command: StackCommand): Promise<string | undefined> {
  switch (command) {
    case 'crash-api':
      await stack.api().crash();
      return undefined;
    case 'start-api':
      await stack.startApi();
      return undefined;
    case 'add-bad-job':
      await stack.queue().add(STORE_RECORDS_JOB, { fields: ['nonsense'], rows: [[true]] });
      return undefined;
    case 'start-guarded-api': {
      await stack.access.add(options.guardedAccess);
      const { url, process: api } = await stack.startFurtherApi(AUTH_ENV);
      beside.push(api);
      return url;
    }
    default:
      await removeDriver(stack, command.slice('remove-driver '.length));
      return undefined;
  }
}

/** Removes a driver as `npm run drivers` does. */
async function removeDriver({ databaseUrl }: Stack, driverID: string): Promise<void> {
  const database = new Database(databaseUrl, { poolSize: 1 });
  try {
    await new RemovedDriverRepository(database).remove([driverID]);
  } finally {
    await database.close();
  }
}

async function stop(stack: Stack): Promise<void> {
  await Promise.all(beside.map((api) => api.stop()));
  await stack.stop();
}

// Ctrl-C in a terminal reaches this process too, but the parent has to end the tests first and then this process.
process.on('SIGINT', () => undefined);

try {
  const { tickSeconds, timeZone } = options;
  const stack = await startStack({ tickSeconds, timeZone, dashboardDir: BUILT_DASHBOARD });
  process.on('message', (command: StackCommand) => {
    obey(stack, command).then(
      (url) => reply({ kind: 'done', ...(url !== undefined && { url }) }),
      (error: unknown) => reply({ kind: 'failed', error: String(error) }),
    );
  });
  process.once('disconnect', () => void stop(stack));
  // The channel may have been closed while the stack came up.
  if (process.connected) reply({ kind: 'ready', url: stack.url, publicFolder: stack.publicFolder });
  else await stop(stack);
} catch (error) {
  reply({ kind: 'failed', error: String(error) });
  process.exitCode = 1;
  if (process.connected) process.disconnect();
}
