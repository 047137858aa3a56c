import type { Random } from '@drivewatch/testing/random';
import type { AppProcess, Stack } from '@drivewatch/testing';
import type { FaultyLink } from './disturb/faulty-link';
import type { Ledger } from './load/ledger';
import type { Tempo } from './tempo';

/** What a scenario works with: the whole system under load, and what devices have been told so far. */
export interface FaultContext {
  readonly stack: Stack;
  /** The link between devices and API. */
  readonly link: FaultyLink;
  /** The ledger of this scenario. */
  readonly ledger: Ledger;
  /** Draws everything that is left to chance; the same seed repeats it. */
  readonly random: Random;
  /** How long the fault has to last at least, for scenarios of several durations; 0 in the short run. */
  readonly seconds: number;
  readonly tempo: Tempo;
  readonly consumers: Consumers;
  /** Adds to the report what was done or seen. */
  readonly note: (event: string) => void;
  /** A driver of this scenario, for records that the scenario itself adds. */
  readonly driverId: string;
}

/** The running consumers; scenarios kill some and start others. */
export class Consumers {
  constructor(private readonly stack: Stack) {}

  running(): AppProcess[] {
    return this.stack.consumers.filter(({ isRunning }) => isRunning);
  }

  /** Kills all of them. @returns how many there were */
  async crashAll(): Promise<number> {
    const victims = this.running();
    await Promise.all(victims.map((victim) => victim.crash()));
    return victims.length;
  }

  async start(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.stack.startConsumer()));
  }
}
