/** What of an error goes to a log. */
export interface LoggedError {
  type: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: LoggedError | string;
}

/** Causes of causes; a chain that goes on longer helps nobody, and one may run in a circle. */
const MAX_CAUSES = 4;

/**
 * An error for a log line: its words, its code and its causes. Nothing else that hangs on it: drivers attach the
 * parameters of the statement that failed, which are records, and HTTP clients the headers of a request, which hold keys.
 */
export function logSafeError(error: Error, causes = MAX_CAUSES): LoggedError {
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' && { code }),
    ...(error.stack !== undefined && { stack: error.stack }),
    ...(causes > 0 &&
      error.cause !== undefined && {
        cause: error.cause instanceof Error ? logSafeError(error.cause, causes - 1) : typeof error.cause,
      }),
  };
}
