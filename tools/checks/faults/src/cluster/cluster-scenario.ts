import type { ClusterSystem } from './cluster-system';
import type { Extent } from './extent';

export interface ClusterScenario {
  readonly name: string;
  readonly what: string;
  /** @throws Error when the fault did not take effect, or the system did not behave as promised meanwhile */
  readonly act: (
    system: ClusterSystem,
    extent: Extent,
    name: string,
    note: (event: string) => void,
  ) => Promise<void>;
}
