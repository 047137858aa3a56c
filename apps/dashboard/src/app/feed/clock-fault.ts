import { isDeadClock, TIME_TOLERANCE_MS } from '@drivewatch/contracts';
import type { DriverTrack } from './driver-track';
import { formatDuration } from '../time/duration';
import type { FleetTimeFormat } from '../time/fleet-time-format';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/**
 * The clock's deviation is rounded to this: it is measured when the record was stored, seconds or minutes after it was
 * sent.
 */
const ROUNDED_TO_MS = 5 * MINUTE_MS;

/**
 * Returns what is wrong with the clock of a driver's device, in words; `null` while it seems right. Records of such a
 * device are shown where they arrived.
 */
export function clockFault(
  { deviceClockMs, lastStoredMs }: Pick<DriverTrack, 'deviceClockMs' | 'lastStoredMs'>,
  format: FleetTimeFormat,
): string | null {
  if (deviceClockMs === null || lastStoredMs === null) return null;
  if (isDeadClock(deviceClockMs, lastStoredMs)) return `Clock says ${format.day(deviceClockMs)}`;
  const aheadMs = Math.max(TIME_TOLERANCE_MS, deviceClockMs - lastStoredMs);
  const unitMs = aheadMs < HOUR_MS - ROUNDED_TO_MS ? MINUTE_MS : ROUNDED_TO_MS;
  return `Clock ahead by ${formatDuration(Math.round(aheadMs / unitMs) * unitMs)}`;
}
