import type { SessionQuery } from './archive-types';

/** A table and the columns that are copied: all but those that PostgreSQL computes. */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly string[];
}

/** A table that was copied. */
export interface CopiedTable extends TableShape {
  readonly rows: number;
}

/** The current value of a sequence. */
export interface SequenceValue {
  readonly name: string;
  /** The value is an integer. */
  readonly value: string;
  /** True if the value was given out already. */
  readonly isCalled: boolean;
}

/** A partition of a table by time; the bounds are times with their offset from UTC. */
export interface PartitionRange {
  readonly table: string;
  readonly name: string;
  readonly from: string;
  /** The first time after the partition. */
  readonly to: string;
}

/** A description of all that a database holds, except the rows themselves. */
export interface DatabaseContents {
  /** The version of PostgreSQL, such as `18.4`. */
  readonly serverVersion: string;
  /** The id is `null` in a database from before the archive noted its files. */
  readonly databaseId: string | null;
  /** The names of its migrations, oldest first. */
  readonly migrations: readonly string[];
  /** The tables; those that others refer to come first. */
  readonly tables: readonly CopiedTable[];
  readonly sequences: readonly SequenceValue[];
  readonly partitions: readonly PartitionRange[];
}

/** Quotes a name as part of a statement. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** TypeORM creates the table of migrations itself, so it is not copied. */
const MIGRATIONS_TABLE = 'migrations';
const OWN_SCHEMA = `relnamespace = current_schema()::regnamespace`;

/** @returns the tables, with those first that others refer to @throws the driver's error */
export async function readTables(query: SessionQuery): Promise<TableShape[]> {
  const rows = await query<TableShape & { refersTo: string[] }>(
    `SELECT relname::text AS name,
       ARRAY(SELECT attname::text FROM pg_attribute
         WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum) AS columns,
       ARRAY(SELECT other.relname::text FROM pg_constraint JOIN pg_class other ON other.oid = confrelid
         WHERE conrelid = pg_class.oid AND contype = 'f' AND confrelid <> conrelid) AS "refersTo"
     FROM pg_class
     WHERE ${OWN_SCHEMA} AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> '${MIGRATIONS_TABLE}' ORDER BY 1`,
  );
  const ordered: TableShape[] = [];
  const waiting = new Map(rows.map((row) => [row.name, row]));
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter(({ refersTo }) => !refersTo.some((name) => waiting.has(name)));
    // Tables that refer to each other in a circle have no order, but Drivewatch has none such.
    for (const { name, columns } of ready.length > 0 ? ready : waiting.values()) {
      ordered.push({ name, columns });
      waiting.delete(name);
    }
  }
  return ordered;
}

/** @throws the driver's error */
export async function readSequences(query: SessionQuery): Promise<SequenceValue[]> {
  const names = await query<{ name: string }>(
    `SELECT relname::text AS name FROM pg_class
     WHERE ${OWN_SCHEMA} AND relkind = 'S' AND NOT EXISTS (
       SELECT FROM pg_depend JOIN pg_class owner ON owner.oid = refobjid
       WHERE objid = pg_class.oid AND deptype IN ('a', 'i') AND owner.relname = '${MIGRATIONS_TABLE}'
     ) ORDER BY 1`,
  );
  const sequences: SequenceValue[] = [];
  for (const { name } of names) {
    const [row] = await query<Omit<SequenceValue, 'name'>>(
      `SELECT last_value::text AS value, is_called AS "isCalled" FROM ${quoted(name)}`,
    );
    if (row !== undefined) sequences.push({ name, ...row });
  }
  return sequences;
}

/** @returns all partitions except default ones @throws the driver's error */
export const readPartitions = (query: SessionQuery): Promise<PartitionRange[]> =>
  query<PartitionRange>(
    `SELECT inhparent::regclass::text AS "table", relname::text AS name, bounds[1] AS "from", bounds[2] AS "to"
     FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
     CROSS JOIN LATERAL regexp_match(pg_get_expr(relpartbound, inhrelid), $$FROM \\('(.+)'\\) TO \\('(.+)'\\)$$) AS bounds
     WHERE ${OWN_SCHEMA} AND bounds IS NOT NULL ORDER BY 1, bounds[1]::timestamptz`,
  );

/**
 * @returns the names of the migrations that the database was given, oldest first; none where it has no tables
 * @throws the driver's error
 */
export async function readMigrationNames(query: SessionQuery): Promise<string[]> {
  const [table] = await query<{ found: boolean }>(
    `SELECT to_regclass('${MIGRATIONS_TABLE}') IS NOT NULL AS found`,
  );
  if (table?.found !== true) return [];
  const rows = await query<{ name: string }>(`SELECT name FROM ${MIGRATIONS_TABLE} ORDER BY timestamp`);
  return rows.map(({ name }) => name);
}
