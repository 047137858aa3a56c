import type { DataSource } from 'typeorm';

/** Compares the schema of a database with what this program knows. Names of migrations are oldest first. */
export interface SchemaState {
  /** Migrations that the database still lacks. */
  pending: string[];
  /** Migrations of the database that this program does not know, because a newer version made them. */
  unknown: string[];
  /** True if this program may not work on the database, because it would not find or understand what it needs. */
  isTooNew: boolean;
}

/**
 * Thrown when a newer version has changed the schema so that this program cannot work on it; the message is one line.
 */
export class SchemaTooNewError extends Error {
  override readonly name = 'SchemaTooNewError';

  constructor(unknown: readonly string[]) {
    super(
      `The database was changed by a newer version of Drivewatch, and this one cannot work on it: ${listOf(unknown)}; start the newer version, or go back as docs/upgrades.md says`,
    );
  }
}

/** @returns the warning for a schema that a newer version has changed and this program can work on */
export const newerSchemaWarning = (unknown: readonly string[]): string =>
  `The database was changed by a newer version of Drivewatch: ${listOf(unknown)}; this one can work on it, as while that one is brought in`;

/** @throws the driver's error while PostgreSQL does not answer */
export async function readSchemaState(dataSource: DataSource): Promise<SchemaState> {
  const known = dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name);
  const had = new Set(await namesIn(dataSource));
  const names = new Set(known);
  const unknown = [...had].filter((name) => !names.has(name));
  const newest = known.map(timestampOf).reduce((one, other) => Math.max(one, other), 0);
  const needs = unknown.length === 0 ? 0 : await needsOf(dataSource);
  return {
    pending: known.filter((name) => !had.has(name)).sort(byTimestamp),
    unknown: unknown.sort(byTimestamp),
    isTooNew: needs > newest,
  };
}

/** Returns the names of the migrations applied; TypeORM's table does not exist before the first one. */
async function namesIn(dataSource: DataSource): Promise<string[]> {
  if (!(await isThere(dataSource, 'migrations'))) return [];
  const rows = await dataSource.query<{ name: string }[]>('SELECT name FROM migrations');
  return rows.map(({ name }) => name);
}

/** @returns the time stamp of the oldest migration that a program must know; 0 where the database does not say */
async function needsOf(dataSource: DataSource): Promise<number> {
  if (!(await isThere(dataSource, 'schema_compatibility'))) return 0;
  const rows = await dataSource.query<{ needs: string }[]>(
    'SELECT needs_migration AS needs FROM schema_compatibility',
  );
  return Number(rows[0]?.needs ?? 0);
}

async function isThere(dataSource: DataSource, table: string): Promise<boolean> {
  const rows = await dataSource.query<{ found: string | null }[]>('SELECT to_regclass($1)::text AS found', [
    table,
  ]);
  return rows[0]?.found !== null;
}

/** Returns the last 13 digits of a migration's name, by which TypeORM orders migrations. */
const timestampOf = (name: string): number => Number(/\d{13}$/.exec(name)?.[0] ?? 0);
const byTimestamp = (one: string, other: string): number => timestampOf(one) - timestampOf(other);

const listOf = (names: readonly string[]): string => names.join(', ');
