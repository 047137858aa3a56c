import type { LoggerService } from '@nestjs/common';

/** Ten seconds are promised; the rest is left for the process itself to end. */
const LIMIT_MS = 8_000;

/**
 * Ends the program in order when it is told to (SIGTERM, SIGINT), with exit code 0. Work that has not ended in time,
 * such as a statement on a PostgreSQL that hangs, is abandoned: it was never acknowledged, or it is still in the queue.
 * A second signal ends the program at once.
 *
 * @param stop accepts nothing new and resolves when everything under way is finished
 */
export function stopInOrder(stop: () => Promise<void>, logger: LoggerService): void {
  const begin = (signal: NodeJS.Signals): void => {
    for (const other of ['SIGTERM', 'SIGINT'] as const) process.off(other, begin);
    logger.log(`Stopping on ${signal}`, 'Drivewatch');
    setTimeout(() => {
      logger.warn(
        `Not everything has ended within ${LIMIT_MS / 1000} s of ${signal}; it is left`,
        'Drivewatch',
      );
      process.exit(0);
    }, LIMIT_MS);
    stop().then(
      () => {
        logger.log('Stopped', 'Drivewatch');
        process.exit(0);
      },
      (error: unknown) => {
        logger.error({ message: 'Could not stop in order', error }, 'Drivewatch');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', begin);
  process.on('SIGINT', begin);
}
