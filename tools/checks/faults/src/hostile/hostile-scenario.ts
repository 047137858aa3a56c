import type { Random } from '@drivewatch/testing/random';
import type { Stack } from '@drivewatch/testing';
import type { LivePage } from '../load/live-page';
import type { DeviceFleet } from '../load/device-fleet';
import type { Ledger } from '../load/ledger';
import type { ProcessMemory } from './process-memory';

/** With it, the metrics are read without a session. */
export const METRICS_TOKEN = 'the metrics of the hostile runs';

/** The users that a scenario may sign in as; each of the role that its name says. */
export type HostileUser = 'admin' | 'viewer';

/** What somebody who means harm does, and how one sees that it was bounded. */
export interface HostileScenario {
  /** For command line and report; letters, digits and hyphens, since drivers are named after it. */
  readonly name: string;
  /** What is done to the system, in one line. */
  readonly what: string;
  /**
   * Settings of the API over the runner's own, which are the defaults with authentication on. At full size a scenario that has some, be
   * they none (`{}`), gets a system of its own: so does one that leaves something behind, such as an account that is kept out. At the
   * short one all run on a system that has the settings of all of them.
   */
  readonly apiEnv?: Readonly<Record<string, string>>;
  /** The same for the consumer and the API alike. */
  readonly env?: Readonly<Record<string, string>>;
  /** The scenario itself ends the API and starts it again, so that another process at its end is no crash. */
  readonly restartsApi?: boolean;
  /** What it counts, or what it leaves behind, does not bear others at the same moment; at full size none has others beside it. */
  readonly isAlone?: boolean;
  /**
   * Does the harm, while an honest device and an honest page go on beside it. What these were told is compared with a ledger
   * afterwards, for every scenario alike.
   *
   * @throws Error when the attack was not what it was meant to be, or a bound did not hold
   */
  readonly act: (context: HostileContext) => Promise<void>;
}

/** All that it takes to see what a bound keeps away, or as little as still goes beyond the bound. */
export type HostileSize = 'full' | 'short';

/** A scenario at either size. */
export type SizedScenario = (size: HostileSize) => HostileScenario;

/** @param sizes how much of everything; what would take no time if it were less is the same in both */
export const sized =
  <Sizes>(
    sizes: Readonly<Record<HostileSize, Sizes>>,
    make: (sizes: Sizes) => HostileScenario,
  ): SizedScenario =>
  (size) =>
    make(sizes[size]);

/** What a scenario works with. */
export interface HostileContext {
  /** Real services, the built apps as processes, authentication on. */
  readonly stack: Stack;
  /** Who must not notice anything. */
  readonly honest: {
    readonly device: DeviceFleet;
    /** Records that the device has sent in this scenario, and what it was told. */
    readonly ledger: Ledger;
    /** Signed in as the viewer, with a session of its own. */
    readonly page: LivePage;
  };
  /** Draws what is left to chance; the seed repeats it. */
  readonly random: Random;
  /** Prefix for the names of the scenario's own drivers, such as `dense-bodies/3`. */
  readonly name: string;
  /** A new device key, once the API knows it. @param driverIds that it may report; the whole fleet with `null` */
  readonly keyFor: (driverIds: readonly string[] | null) => Promise<string>;
  /**
   * Signs in.
   *
   * @param options `from`: address for X-Forwarded-For, which the API believes where `apiEnv` has TRUST_PROXY
   * @returns the cookie, for the header `Cookie`
   * @throws Error unless it succeeds; for attempts that may fail there is `trySignIn` of `libs/testing`
   */
  readonly signIn: (name: HostileUser, options?: { readonly from?: string }) => Promise<string>;
  /** Password of a user, for attempts by other ways than `signIn`. */
  readonly passwordOf: (name: HostileUser) => string;
  /** What the API's process holds now, bytes (RSS). */
  readonly apiMemoryBytes: () => number;
  /** The same with its peak, since the scenario began; not for an API that has been started again. */
  readonly apiMemory: ProcessMemory;
  /** How many files the API's process has open now; connections are among them until both sides have let go. */
  readonly apiDescriptors: () => number;
  /** Says in the report what was done or seen. */
  readonly note: (event: string) => void;
}
