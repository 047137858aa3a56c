import {
  type AlertChange,
  type AlertPicture,
  applyOverspeedChange,
  type OverspeedAlert,
  PAST_ALERTS_KEPT,
} from '@drivewatch/contracts';

/** Returns the alerts after a change to one driver's; the same object when nothing changed. */
export function applyAlertChange(held: AlertPicture, change: AlertChange): AlertPicture {
  const before = held.active.find(({ driverId }) => driverId === change.driverId);
  const { open, closed } = applyOverspeedChange(before, change);
  if (open === before) return held;
  const others = held.active.filter((alert) => alert !== before);
  return {
    ...held,
    active: open === undefined ? others : [...others, open],
    past: closed === undefined ? held.past : [closed, ...held.past].slice(0, PAST_ALERTS_KEPT),
  };
}

/** Returns a key that tells one spell of overspeeding from every other. */
export const alertKey = ({ driverId, startedAtMs }: OverspeedAlert) => `${driverId} ${startedAtMs}`;
