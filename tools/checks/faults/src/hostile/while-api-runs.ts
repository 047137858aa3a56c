import { setTimeout as wait } from 'node:timers/promises';
import type { Stack } from '@drivewatch/testing';

const LOOK_EVERY_MS = 100;
/** Enough for V8's last words and the lines before them. */
const OUTPUT_SHOWN = 3_000;

/**
 * Does something that needs the API, for as long as the API runs: without it, nearly everything would wait forever.
 *
 * @param mayRestart whether the API may be away for a while
 * @throws Error with the API's last words when it has ended, or what `work` throws
 */
export async function whileApiRuns(
  { api }: Pick<Stack, 'api'>,
  mayRestart: boolean,
  work: () => Promise<void>,
): Promise<void> {
  if (mayRestart) {
    await work();
    return;
  }
  const over = new AbortController();
  const ended = async (): Promise<void> => {
    while (!over.signal.aborted && api().isRunning) await wait(LOOK_EVERY_MS);
  };
  const working = work().catch((error: unknown) => {
    // A request that fails because the API has ended does not say so.
    if (api().isRunning) throw error;
  });
  try {
    await Promise.race([working, ended()]);
  } finally {
    over.abort();
  }
  if (!api().isRunning) throw new Error(`The API has ended:\n${api().output.slice(-OUTPUT_SHOWN)}`);
}
