/** SQLSTATE classes in which the data itself is at fault: 22 data exception, 23 integrity constraint violation. */
const DATA_AT_FAULT = /^2[23][0-9A-Z]{3}$/;
/** Of a constraint by that name; of a partition, whose constraint has no name, when a row was sent to the wrong one. */
const CHECK_VIOLATION = '23514';

/** Whether storing the same records again is bound to fail again; anything else (an outage above all) passes. */
export function isPermanentStoreError(error: unknown): boolean {
  const { code, constraint } = (error ?? {}) as { code?: unknown; constraint?: unknown };
  // A day got its partition while the record was on its way to the default partition: the next try goes to the day's.
  if (code === CHECK_VIOLATION && constraint === undefined) return false;
  return typeof code === 'string' && DATA_AT_FAULT.test(code);
}
