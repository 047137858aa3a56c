import type { HostileScenario } from '../hostile-scenario';
import { foreignHosts } from './foreign-hosts';

/** All of them, in the order of the table in docs/reliability.md. */
export const HOSTILE_SCENARIOS: readonly HostileScenario[] = [foreignHosts];
