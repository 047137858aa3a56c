import { createDataSource } from './data-source';

/**
 * When the record that was accepted last was stored.
 *
 * @returns epoch milliseconds, or `null` when there is no record yet
 */
export async function lastStoredAtMs(databaseUrl: string): Promise<number | null> {
  const dataSource = await createDataSource(databaseUrl, { poolSize: 1 }).initialize();
  try {
    // Ids are in order of acceptance (UUIDv7), so the primary key has the answer at its end.
    const [last] = await dataSource.query<{ storedAt: Date }[]>(
      'SELECT stored_at AS "storedAt" FROM driving_record ORDER BY id DESC LIMIT 1',
    );
    return last?.storedAt.getTime() ?? null;
  } finally {
    await dataSource.destroy();
  }
}
