import type { DataSource } from 'typeorm';

/**
 * Makes partitions of consecutive days, as every day had one before old days were grouped, and still has in its time.
 */
export async function makeDayPartitions(
  dataSource: DataSource,
  firstDay: string,
  count: number,
): Promise<void> {
  // Each round makes fewer partitions than there are locks.
  for (let from = 0; from < count; from += 100) {
    await dataSource.query(`
      DO $$
      DECLARE day date;
      BEGIN
        FOR day IN SELECT date '${firstDay}' + n FROM generate_series(${from}, ${Math.min(from + 100, count) - 1}) AS n LOOP
          EXECUTE format('CREATE TABLE %I PARTITION OF driving_record FOR VALUES FROM (%L) TO (%L)',
            'driving_record_' || to_char(day, 'YYYYMMDD'), day || 'T00:00:00Z', day + 1 || 'T00:00:00Z');
        END LOOP;
      END $$`);
  }
}

/** Returns the names of all partitions but the default one, in order of their days. */
export async function partitionNames(dataSource: DataSource): Promise<string[]> {
  const rows = await dataSource.query<{ name: string }[]>(
    `SELECT replace(name, 'driving_record_', '') AS name FROM driving_record_partition ORDER BY first_day`,
  );
  return rows.map(({ name }) => name);
}

/** Lowers limits inside a function that a test could not reach otherwise. */
export async function lowerLimits(
  dataSource: DataSource,
  functionName: string,
  limits: Readonly<Record<string, number>>,
): Promise<void> {
  const [{ source }] = await dataSource.query<[{ source: string }]>(
    `SELECT pg_get_functiondef($1::regproc) AS source`,
    [functionName],
  );
  let changed = source;
  for (const [name, limit] of Object.entries(limits)) {
    const before = changed;
    changed = before.replace(new RegExp(`\\b(${name} CONSTANT \\w+ :=) \\d+`), `$1 ${limit}`);
    if (changed === before) throw new Error(`${functionName} has no limit ${name}`);
  }
  await dataSource.query(changed);
}
