import type { FaultContext } from '../fault-context';

/** One kind of fault: how it is caused, and how one sees that it really happened. */
export interface Scenario {
  /** The name on the command line and in the report; letters, digits and hyphens, since drivers are named after it. */
  readonly name: string;
  /** What is done to the system. */
  readonly what: string;
  /**
   * How long it lasts in the long run, if that matters, with a run for each. In the short run it lasts until it has
   * taken effect.
   */
  readonly seconds?: readonly number[];
  /** @returns why it cannot run on this machine, or with these options; `undefined` when it can */
  readonly whyNot?: (options: { readonly setAside: boolean }) => string | undefined;
  /**
   * Causes the fault under load and removes it again. Whether records were lost or duplicated is checked afterwards, in
   * the same way for every scenario.
   *
   * @throws Error when the fault did not take effect, or the system did not behave as promised meanwhile
   */
  readonly act: (context: FaultContext) => Promise<void>;
}
