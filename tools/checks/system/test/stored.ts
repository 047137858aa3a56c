import type { Stack } from '@drivewatch/testing';

/** Returns how many records of a driver are stored. */
export async function countStored(stack: Stack, driverID: string): Promise<number> {
  const sql = 'SELECT count(*)::int AS count FROM driving_record WHERE driver_id = $1';
  const [row] = await stack.query<{ count: number }>(sql, [driverID]);
  return row?.count ?? 0;
}
