/** The part of an error that goes into a log. */
export interface LoggedError {
  type: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: LoggedError | string;
}

/** How deep causes of causes are followed; a longer chain helps nobody, and one may run in a circle. */
const MAX_CAUSES = 4;

/**
 * Returns an error for a log line: its message, its code and its causes. It leaves out everything else attached to the
 * error: drivers attach the parameters of the statement that failed, which are records, and HTTP clients the headers of
 * a request, which hold keys.
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
