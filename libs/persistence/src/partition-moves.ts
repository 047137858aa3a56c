import type { DataSource, EntityManager } from 'typeorm';

/**
 * Keeps records in place until the end of the transaction; `fill_driving_record_partition` takes the lock exclusively.
 */
export const KEEP_RECORDS_IN_PLACE = `SELECT pg_advisory_xact_lock_shared(7218352)`;

/**
 * Reads driving records while none moves from one partition to another. A statement that has to wait for a move knows
 * the partitions from before it and sees the rows as they are after it, so it would find the moved rows in neither
 * place.
 *
 * @throws the driver's error
 */
export const readInPlace = <T>(
  dataSource: DataSource,
  read: (manager: EntityManager) => Promise<T>,
): Promise<T> =>
  dataSource.transaction(async (manager) => {
    await manager.query(KEEP_RECORDS_IN_PLACE);
    return await read(manager);
  });
