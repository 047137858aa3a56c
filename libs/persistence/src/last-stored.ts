import { createDataSource } from './data-source';

/**
 * Returns when a record was last stored.
 *
 * @returns epoch milliseconds, or `null` when there is no record yet
 */
export async function lastStoredAtMs(databaseUrl: string): Promise<number | null> {
  const dataSource = await createDataSource(databaseUrl, { poolSize: 1 }).initialize();
  try {
    // Transactions begin in about the order of their ids, so the end of this key holds the answer.
    const [last] = await dataSource.query<{ storedAt: Date }[]>(
      `SELECT stored_at AS "storedAt" FROM stored_day WHERE stored_at > '-infinity' ORDER BY xid DESC LIMIT 1`,
    );
    return last?.storedAt.getTime() ?? null;
  } finally {
    await dataSource.destroy();
  }
}
