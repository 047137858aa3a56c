import type { HostileScenario } from '../hostile-scenario';
import { catchUpFlood } from './catch-up-flood';
import { denseBodies } from './dense-bodies';
import { endedSession } from './ended-session';
import { foreignHosts } from './foreign-hosts';
import { foreignIds } from './foreign-ids';
import { heldConnections } from './held-connections';
import { lockedOutByProxy } from './locked-out-by-proxy';
import { newDrivers } from './new-drivers';
import { oldDays } from './old-days';
import { openAlerts } from './open-alerts';
import { otherUser } from './other-user';
import { passwordGuessing } from './password-guessing';
import { rotatedKey } from './rotated-key';

/** All of them, in the order of the table in docs/reliability.md. */
export const HOSTILE_SCENARIOS: readonly HostileScenario[] = [
  heldConnections,
  denseBodies,
  foreignHosts,
  lockedOutByProxy,
  passwordGuessing,
  endedSession,
  catchUpFlood,
  foreignIds,
  rotatedKey,
  newDrivers,
  openAlerts,
  oldDays,
  otherUser,
];
