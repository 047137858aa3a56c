/** Prefix of every Redis key of Drivewatch; the braces keep them on one node of a Redis Cluster. */
export const REDIS_PREFIX = '{drivewatch}';

/** The keys of alerts and of the facts by which they are judged. */
export const ALERT_KEYS = {
  /** A hash of driver ID → the driver's open alert. */
  active: `${REDIS_PREFIX}:alerts:active`,
  /** A list of ended alerts, newest first. */
  past: `${REDIS_PREFIX}:alerts:past`,
  /** A hash of driver ID → the driver's history. */
  history: `${REDIS_PREFIX}:alerts:history`,
  /** A sorted set of driver IDs by when they were last heard of. */
  heard: `${REDIS_PREFIX}:alerts:heard`,
  /** A number: the id of the last change. */
  lastId: `${REDIS_PREFIX}:alerts:last-id`,
  /** A stream of the last changes, with the ids `ID-0`. */
  log: `${REDIS_PREFIX}:alerts:changes`,
  /** A hash of reporter → how many open alerts it has reported. */
  reporters: `${REDIS_PREFIX}:alerts:reporters`,
  /** A sorted set of driver IDs with undecided news, by when the oldest was noted. */
  newsDrivers: `${REDIS_PREFIX}:alerts:news-drivers`,
  /** A number: that of the last news. */
  lastNews: `${REDIS_PREFIX}:alerts:last-news`,
} as const;

/** The keys of the state of alerts, in the order in which all scripts begin their KEYS. */
export const ALERT_STATE_KEYS: readonly string[] = [
  ALERT_KEYS.active,
  ALERT_KEYS.history,
  ALERT_KEYS.heard,
  ALERT_KEYS.past,
  ALERT_KEYS.lastId,
  ALERT_KEYS.log,
];

/** Returns the key of a list of the driver's news, oldest first, each with its number in front. */
export const newsKeyOf = (driverId: string): string => `${REDIS_PREFIX}:alerts:news:${driverId}`;
