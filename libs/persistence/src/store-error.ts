/** SQLSTATE classes in which the data itself is at fault: 22 data exception, 23 integrity constraint violation. */
const DATA_AT_FAULT = /^2[23][0-9A-Z]{3}$/;

/** Whether storing the same records again is bound to fail again; anything else (an outage above all) passes. */
export function isPermanentStoreError(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && DATA_AT_FAULT.test(code);
}
