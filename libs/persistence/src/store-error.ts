/** The SQLSTATE classes that mean the data itself is at fault: 22 data exception, 23 integrity constraint violation. */
const DATA_AT_FAULT = /^2[23][0-9A-Z]{3}$/;
/**
 * The error either names a constraint, or comes from a partition, whose constraint has no name, when a row was sent to
 * the wrong one.
 */
const CHECK_VIOLATION = '23514';

/** Returns whether storing the same records again must fail again; anything else, an outage above all, passes. */
export function isPermanentStoreError(error: unknown): boolean {
  if (isMisrouted(error)) return false;
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && DATA_AT_FAULT.test(code);
}

/**
 * Returns whether a record's day got a partition while the record was being sent to the default one; a retry finds it.
 */
export function isMisrouted(error: unknown): boolean {
  const { code, constraint } = (error ?? {}) as { code?: unknown; constraint?: unknown };
  return code === CHECK_VIOLATION && constraint === undefined;
}
