import type { HostileScenario } from '../hostile-scenario';
import { foreignHosts } from './foreign-hosts';
import { foreignIds } from './foreign-ids';
import { newDrivers } from './new-drivers';
import { oldDays } from './old-days';
import { openAlerts } from './open-alerts';
import { rotatedKey } from './rotated-key';

/** All of them, in the order of the table in docs/reliability.md. */
export const HOSTILE_SCENARIOS: readonly HostileScenario[] = [
  foreignHosts,
  foreignIds,
  rotatedKey,
  newDrivers,
  openAlerts,
  oldDays,
];
