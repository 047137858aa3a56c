import type { HostileScenario, HostileSize, SizedScenario } from '../hostile-scenario';
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

/** All scenarios. After `newDrivers` no driver is new any more. */
const SCENARIOS: readonly SizedScenario[] = [
  heldConnections,
  denseBodies,
  foreignHosts,
  lockedOutByProxy,
  passwordGuessing,
  endedSession,
  catchUpFlood,
  foreignIds,
  rotatedKey,
  openAlerts,
  oldDays,
  newDrivers,
  otherUser,
];

export const hostileScenarios = (size: HostileSize): readonly HostileScenario[] =>
  SCENARIOS.map((ofSize) => ofSize(size));
