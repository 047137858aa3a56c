import type { ApiConfig } from '@drivewatch/config';

/** The most that one process holds without a setting, however many descriptors it has: a few gigabytes of memory. */
const MOST_BY_DEFAULT = 100_000;

export interface ConnectionLimits {
  /** Connections of the process. */
  readonly inAll: number;
  /**
   * Connections of one address that is no trusted proxy, and requests under way of an address that such a proxy names.
   */
  readonly perAddress: number;
}

/**
 * Returns how many connections there may be at a time.
 *
 * Half of the process's descriptors are for connections: the answer to each of them may need one more, for the file
 * that it sends, and Redis, PostgreSQL and the log must never be without. One address may have half of that, so that it
 * takes more than one to keep everybody else out.
 *
 * @param descriptors how many the process may have open; null if the system does not say
 */
export function connectionLimits(
  settings: Pick<ApiConfig, 'MAX_CONNECTIONS' | 'MAX_CONNECTIONS_PER_ADDRESS'>,
  descriptors: number | null,
): ConnectionLimits {
  const room = descriptors === null ? Infinity : Math.max(1, Math.floor(descriptors / 2));
  const inAll = Math.min(settings.MAX_CONNECTIONS ?? MOST_BY_DEFAULT, room);
  const perAddress = settings.MAX_CONNECTIONS_PER_ADDRESS ?? Math.max(1, Math.floor(inAll / 2));
  return { inAll, perAddress: Math.min(perAddress, inAll) };
}
