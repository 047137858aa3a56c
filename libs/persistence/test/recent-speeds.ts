import type { LiveSpeedRepository, StoredSpeed } from '../src';

/** Everything that `recent` gives, part by part. @param perDriver how many of each, by how many drivers there are */
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

/** The same in one, oldest first. @param limit of each driver */
export async function recentSpeeds(
  speeds: LiveSpeedRepository,
  cursor: string,
  windowMs: number,
  limit = 100,
): Promise<StoredSpeed[]> {
  const parts = await recentParts(speeds, cursor, windowMs, () => limit);
  return parts.flat().sort((one, other) => one.recordedAtMs - other.recordedAtMs);
}
