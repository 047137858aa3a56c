import { Random } from '@drivewatch/testing/random';
import { Driver, type SimulatedRecord } from './driver';
import { identityOf } from './identity';
import { RECORDED } from './recorded-statistics';
import { CITIES } from './route';

export interface FleetOptions {
  drivers: number;
  /** The same seed and the same seconds give the same records. */
  seed: number;
  /** The seconds between two plain records of a driver; the drivers take turns. */
  beatSeconds?: number;
}

/**
 * A simulated fleet, whose records are statistically like recorded ones (see recorded-statistics.ts). It does not use
 * the clock: callers pass the time, so that a day passes as fast as it can be computed.
 */
export class Fleet {
  private readonly drivers: readonly Driver[];

  constructor({ drivers, seed, beatSeconds = RECORDED.beatSeconds }: FleetOptions) {
    const random = new Random(seed);
    this.drivers = Array.from(
      { length: drivers },
      (_, index) =>
        new Driver({
          identity: identityOf(index),
          city: CITIES[index % CITIES.length] ?? CITIES[0],
          seed: random.fork(),
          beatPhase: index % beatSeconds,
          beatSeconds,
        }),
    );
  }

  /**
   * Lets everyone drive on for a second.
   *
   * @param second the whole second reached then, since 1970; later than the one before
   * @returns the records of that second, each driver's in order
   */
  advance(second: number): SimulatedRecord[] {
    return this.drivers.flatMap((driver) => driver.advance(second));
  }

  /** Ends every overspeeding and neutral slide under way, with the records that say so. */
  finish(): SimulatedRecord[] {
    return this.drivers.flatMap((driver) => driver.finish());
  }
}
