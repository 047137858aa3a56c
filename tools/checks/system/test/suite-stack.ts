import { startStack, type Stack, type StackOptions } from '@drivewatch/testing';

let running: Promise<Stack> | undefined;

/**
 * Makes a suite start one stack for all of the parts that it imports, before the first of them, and stop it after the
 * last. A stack takes longer to start than most parts take to run; a part that needs other settings starts a further
 * API.
 */
export function startSuiteStack(options: StackOptions = {}): void {
  beforeAll(async () => {
    running = startStack(options);
    await running;
  });
  afterAll(async () => (await running)?.stop());
}

/** Returns the suite's stack for a part, once it has been started. */
export async function suiteStack(): Promise<Stack> {
  if (running === undefined) throw new Error('The suite that imports this part starts no stack');
  return await running;
}
