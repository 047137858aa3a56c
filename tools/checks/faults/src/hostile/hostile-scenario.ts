import type { Random } from '@drivewatch/testing/random';
import type { Stack } from '@drivewatch/testing';
import type { LivePage } from '../load/live-page';
import type { DeviceFleet } from '../load/device-fleet';
import type { Ledger } from '../load/ledger';
import type { ProcessMemory } from './process-memory';

/** The token with which the metrics are read without a session. */
export const METRICS_TOKEN = 'the metrics of the hostile runs';

/** The users that a scenario may sign in as; each has the role after which it is named. */
export type HostileUser = 'admin' | 'viewer';

/** What an attacker does, and how one sees that the harm was limited. */
export interface HostileScenario {
  /** The name on the command line and in the report; letters, digits and hyphens, since drivers are named after it. */
  readonly name: string;
  /** What is done to the system, in one line. */
  readonly what: string;
  /**
   * Settings of the API on top of the runner's own, which are the defaults with authentication on. At full size a
   * scenario with settings, even empty ones (`{}`), gets a system of its own, which also suits one that leaves
   * something behind, such as a locked account. At the short size all run on one system that has the settings of all of
   * them.
   */
  readonly apiEnv?: Readonly<Record<string, string>>;
  /** The same for both the consumer and the API. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Whether the scenario itself ends the API and starts it again, so that a different process at its end is no crash.
   */
  readonly restartsApi?: boolean;
  /**
   * Whether the scenario's counts or leftovers rule out others at the same time; at full size none has others beside
   * it.
   */
  readonly isAlone?: boolean;
  /**
   * Does the harm, while an honest device and an honest page work beside it. What these were told is compared with a
   * ledger afterwards, in the same way for every scenario.
   *
   * @throws Error when the attack was not what it was meant to be, or a limit did not hold
   */
  readonly act: (context: HostileContext) => Promise<void>;
}

/** Full: everything needed to see what a limit keeps out. Short: as little as still exceeds the limit. */
export type HostileSize = 'full' | 'short';

/** A scenario at either size. */
export type SizedScenario = (size: HostileSize) => HostileScenario;

/** @param sizes the quantities of everything; whatever would take no less time if it were less is the same in both */
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
  /** The honest users, who must not notice anything. */
  readonly honest: {
    readonly device: DeviceFleet;
    /** Records that the device has sent in this scenario, and what it was told. */
    readonly ledger: Ledger;
    /** A page signed in as the viewer, with a session of its own. */
    readonly page: LivePage;
  };
  /** Draws everything that is left to chance; the same seed repeats it. */
  readonly random: Random;
  /** Prefix for the names of the scenario's own drivers, such as `dense-bodies/3`. */
  readonly name: string;
  /**
   * Returns a new device key, once the API knows it.
   *
   * @param driverIds drivers that it may report, or `null` for the whole fleet
   */
  readonly keyFor: (driverIds: readonly string[] | null) => Promise<string>;
  /**
   * Signs in.
   *
   * @param options `from`: address for X-Forwarded-For, which the API believes if `apiEnv` has TRUST_PROXY
   * @returns the cookie, for the header `Cookie`
   * @throws Error unless it succeeds; attempts that may fail use `trySignIn` of `libs/testing`
   */
  readonly signIn: (name: HostileUser, options?: { readonly from?: string }) => Promise<string>;
  /** Returns a user's password, for attempts that do not use `signIn`. */
  readonly passwordOf: (name: HostileUser) => string;
  /** Returns the memory that the API's process holds now, bytes (RSS). */
  readonly apiMemoryBytes: () => number;
  /** The same with its peak since the scenario began; it does not apply to an API that has been started again. */
  readonly apiMemory: ProcessMemory;
  /**
   * Returns how many files the API's process has open now, including connections that both sides have not released yet.
   */
  readonly apiDescriptors: () => number;
  /** Adds to the report what was done or seen. */
  readonly note: (event: string) => void;
}
