import type { LiveSpeedRepository, StoredSpeed } from '../src';

/**
 * Returns everything that `recent` yields, part by part.
 *
 * @param perDriver the most for each, from the number of drivers
 */
export async function recentParts(
  speeds: LiveSpeedRepository,
  cursor: string,
  windowMs: number,
  perDriver: (drivers: number) => number,
): Promise<StoredSpeed[][]> {
  const parts: StoredSpeed[][] = [];
  for await (const part of speeds.recent(cursor, windowMs, perDriver)) parts.push(part);
  return parts;
}

/** Returns the same in one list, oldest first. @param limit the most for each driver */
export async function recentSpeeds(
  speeds: LiveSpeedRepository,
  cursor: string,
  windowMs: number,
  limit = 100,
): Promise<StoredSpeed[]> {
  const parts = await recentParts(speeds, cursor, windowMs, () => limit);
  return parts.flat().sort((one, other) => one.recordedAtMs - other.recordedAtMs);
}
