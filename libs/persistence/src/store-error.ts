/** SQLSTATE classes in which the data itself is at fault: 22 data exception, 23 integrity constraint violation. */
const DATA_AT_FAULT = /^2[23][0-9A-Z]{3}$/;
/** Of a constraint by that name; of a partition, whose constraint has no name, when a row was sent to the wrong one. */
const CHECK_VIOLATION = '23514';

/** Whether storing the same records again is bound to fail again; anything else (an outage above all) passes. */
export function isPermanentStoreError(error: unknown): boolean {
  if (isMisrouted(error)) return false;
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && DATA_AT_FAULT.test(code);
}

/** Whether a record's day got a partition while the record was on its way to the default one; the next try finds it. */
export function isMisrouted(error: unknown): boolean {
  const { code, constraint } = (error ?? {}) as { code?: unknown; constraint?: unknown };
  return code === CHECK_VIOLATION && constraint === undefined;
}
