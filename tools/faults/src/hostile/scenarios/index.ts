import type { HostileScenario } from '../hostile-scenario';
import { foreignHosts } from './foreign-hosts';
import { oldDays } from './old-days';
import { openAlerts } from './open-alerts';

/** All of them, in the order of the table in docs/reliability.md. */
export const HOSTILE_SCENARIOS: readonly HostileScenario[] = [foreignHosts, openAlerts, oldDays];
