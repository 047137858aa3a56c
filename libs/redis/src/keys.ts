/** Prefix of every Redis key of Drivewatch; the braces keep them on one node of a Redis Cluster. */
export const REDIS_PREFIX = '{drivewatch}';

/** Where alerts and what they are judged by are kept. */
export const ALERT_KEYS = {
  /** Hash: driver ID → the driver's open alert. */
  active: `${REDIS_PREFIX}:alerts:active`,
  /** List: ended alerts, newest first. */
  past: `${REDIS_PREFIX}:alerts:past`,
  /** Hash: driver ID → the driver's history. */
  history: `${REDIS_PREFIX}:alerts:history`,
  /** Sorted set: driver IDs by when they were heard of. */
  heard: `${REDIS_PREFIX}:alerts:heard`,
  /** Number: id of the last change. */
  lastId: `${REDIS_PREFIX}:alerts:last-id`,
  /** Stream: the last changes, `ID-0` each. */
  log: `${REDIS_PREFIX}:alerts:changes`,
  /** Hash: who reported open alerts → how many. */
  reporters: `${REDIS_PREFIX}:alerts:reporters`,
  /** Sorted set: driver IDs with news that are not decided on, by when the oldest was noted. */
  newsDrivers: `${REDIS_PREFIX}:alerts:news-drivers`,
  /** Number: that of the last news. */
  lastNews: `${REDIS_PREFIX}:alerts:last-news`,
} as const;

/** What alerts are kept in, in the order in which all scripts begin their KEYS. */
export const ALERT_STATE_KEYS: readonly string[] = [
  ALERT_KEYS.active,
  ALERT_KEYS.history,
  ALERT_KEYS.heard,
  ALERT_KEYS.past,
  ALERT_KEYS.lastId,
  ALERT_KEYS.log,
];

/** List: the driver's news, oldest first, each with its number in front. */
export const newsKeyOf = (driverId: string): string => `${REDIS_PREFIX}:alerts:news:${driverId}`;
