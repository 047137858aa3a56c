import type { DataSource } from 'typeorm';

/**
 * Returns for how long the oldest record that is in no finished batch of the archive has been stored. The index on
 * store numbers finds it, however many records there are.
 *
 * @returns seconds, 0 when everything is archived
 * @throws the driver's error
 */
export async function readArchiveBacklogSeconds(dataSource: DataSource): Promise<number> {
  const [row] = await dataSource.query<{ seconds: number | null }[]>(
    // A batch that must be written again after a restore may be older than the finished ones.
    `WITH archived AS MATERIALIZED (
       SELECT coalesce(min(from_xid) FILTER (WHERE finished_at IS NULL), max(to_xid), 0) AS up_to FROM archive_batch
     )
     SELECT extract(epoch FROM clock_timestamp() - (
       SELECT stored_at FROM driving_record WHERE stored_xid >= (SELECT up_to FROM archived) ORDER BY stored_xid LIMIT 1
     ))::float8 AS seconds`,
  );
  return Math.max(0, row?.seconds ?? 0);
}
