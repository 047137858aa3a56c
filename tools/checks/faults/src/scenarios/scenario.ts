import type { FaultContext } from '../fault-context';

/** One kind of fault: how it is brought about, and how one sees that it really was. */
export interface Scenario {
  /** For command line and report; letters, digits and hyphens, since drivers are named after it. */
  readonly name: string;
  /** What is done to the system. */
  readonly what: string;
  /** How long it lasts in the long run, where that matters: a run for each. In the short one, until it has taken effect. */
  readonly seconds?: readonly number[];
  /** @returns why it cannot be run on this machine, or with these options; `undefined` when it can */
  readonly whyNot?: (options: { readonly setAside: boolean }) => string | undefined;
  /**
   * Brings the fault about under load and takes it away again. Whether records were lost or doubled is looked at
   * afterwards, for every scenario alike.
   *
   * @throws Error when the fault did not take effect, or the system did not behave as promised meanwhile
   */
  readonly act: (context: FaultContext) => Promise<void>;
}
