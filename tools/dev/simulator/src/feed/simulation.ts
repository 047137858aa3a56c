import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from '../fleet/fleet';
import type { FleetFeed } from './fleet-feed';

/** The time source; tests replace it. */
export interface SimulationClock {
  nowMs: () => number;
  /** Resolves at the given moment, rejects as soon as the signal aborts. */
  waitUntil: (epochMs: number, signal: AbortSignal) => Promise<void>;
}

export const systemClock: SimulationClock = {
  nowMs: () => Date.now(),
  waitUntil: (epochMs, signal) => sleep(Math.max(0, epochMs - Date.now()), undefined, { signal }),
};

export interface SimulationOptions {
  fleet: Pick<Fleet, 'advance' | 'finish'>;
  feed: Pick<FleetFeed, 'add' | 'idle' | 'finish'>;
  clock: SimulationClock;
  /** How far back the records begin that are posted at once, so that there is something to see. */
  warmUpSeconds: number;
  /** Called when the warm-up has been answered. */
  onWarm: () => void;
  stop: AbortSignal;
}

/** How much time of the warm-up goes to the feed at once; the feed must not have to drop any of it. */
const WARM_UP_STEP_SECONDS = 20;
/** After a longer gap (the machine slept, the warm-up had to wait), the fleet continues in the present. */
const LONGEST_GAP_SECONDS = 60;
const LAST_ANSWERS_MS = 1_000;

/** Drives a fleet through the last minutes at once, then in real time until told to stop. */
export async function simulate(options: SimulationOptions): Promise<void> {
  const { fleet, feed, clock, stop, warmUpSeconds } = options;
  const nowSecond = () => Math.floor(clock.nowMs() / 1000);
  let second = nowSecond() - warmUpSeconds;
  const driveTo = (end: number) => {
    for (; second < end; second += 1) for (const record of fleet.advance(second + 1)) feed.add(record);
  };
  const stopped = new Promise<void>((resolve) => {
    stop.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });

  const nextSecond = async () => {
    try {
      await clock.waitUntil((second + 1) * 1000, stop);
    } catch (error) {
      if (!stop.aborted) throw error;
    }
  };

  const present = second + warmUpSeconds;
  while (second < present && !stop.aborted) {
    driveTo(Math.min(present, second + WARM_UP_STEP_SECONDS));
    await Promise.race([feed.idle(), stopped]);
  }
  if (!stop.aborted) options.onWarm();
  while (!stop.aborted) {
    if (nowSecond() - second > LONGEST_GAP_SECONDS) {
      for (const record of fleet.finish()) feed.add(record);
      second = nowSecond() - 1;
    }
    driveTo(nowSecond());
    await nextSecond();
  }
  await feed.finish(fleet.finish(), LAST_ANSWERS_MS);
}
