import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CREATE_DAY } from './1764200000000-partition-driving-record';

/**
 * Lets old days share partitions of months and years (docs/adr/0024). It changes only functions, however many records
 * and partitions there are. The index is that of the default partition, which holds the days without a partition.
 */
export class GroupOldRecordDays1764410000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PARTITIONS);
    await runner.query(FILL_PARTITION);
    await runner.query(CREATE_PARTITION_OF_DAY);
    await runner.query(MERGE_PARTITIONS);
    await runner.query(
      `CREATE INDEX ix_driving_record_default_recorded_at ON driving_record_default (recorded_at)`,
    );
  }

  /** Moves records out of partitions of several days into partitions of single days, as far as so many are allowed. */
  async down(runner: QueryRunner): Promise<void> {
    const grouped = await runner.manager.query<{ name: string }[]>(
      `SELECT name FROM driving_record_partition WHERE end_day > first_day + 1 ORDER BY first_day`,
    );
    await runner.query(`DROP INDEX ix_driving_record_default_recorded_at`);
    await runner.query(
      `DROP FUNCTION create_driving_record_day, merge_driving_record_days, fill_driving_record_partition`,
    );
    await runner.query(`DROP VIEW driving_record_partition`);
    await runner.query(CREATE_DAY);
    // These rows were noted when they were first stored.
    await runner.query(`ALTER TABLE driving_record DISABLE TRIGGER note_stored_days`);
    for (const { name } of grouped) {
      await runner.query(`ALTER TABLE driving_record DETACH PARTITION ${name}`);
      await runner.query(`
        SELECT create_driving_record_day(day)
        FROM (SELECT DISTINCT (recorded_at AT TIME ZONE 'UTC')::date AS day FROM ${name}) days ORDER BY day DESC`);
      await runner.query(`INSERT INTO driving_record SELECT * FROM ${name}`);
      await runner.query(`DROP TABLE ${name}`);
    }
    await runner.query(`ALTER TABLE driving_record ENABLE TRIGGER note_stored_days`);
  }
}

/**
 * Selects all partitions but the default one, by the catalog's bounds; `end_day` is the first day after the partition.
 */
const PARTITIONS = `
  CREATE VIEW driving_record_partition AS
  SELECT relname::text AS name, inhrelid AS relation,
    (bounds[1]::timestamptz AT TIME ZONE 'UTC')::date AS first_day,
    (bounds[2]::timestamptz AT TIME ZONE 'UTC')::date AS end_day
  FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
  CROSS JOIN LATERAL regexp_match(pg_get_expr(relpartbound, inhrelid), $$FROM \\('(.+)'\\) TO \\('(.+)'\\)$$) AS bounds
  WHERE inhparent = 'driving_record'::regclass AND bounds IS NOT NULL`;

/** Names whole days, months and years by their digits, and other ranges by their first and last day. */
const PARTITION_NAME = `'driving_record_' || CASE (first_day, end_day)
      WHEN (date_trunc('year', first_day::timestamp)::date, (date_trunc('year', first_day::timestamp) + interval '1 year')::date)
        THEN to_char(first_day, 'YYYY')
      WHEN (date_trunc('month', first_day::timestamp)::date, (date_trunc('month', first_day::timestamp) + interval '1 month')::date)
        THEN to_char(first_day, 'YYYYMM')
      WHEN (first_day, first_day + 1) THEN to_char(first_day, 'YYYYMMDD')
      ELSE to_char(first_day, 'YYYYMMDD') || '_' || to_char(end_day - 1, 'YYYYMMDD')
    END`;

/**
 * Makes the partition of a free range of days. It takes in the rows of the given partitions, which are dropped, and the
 * records of that range in the default partition.
 *
 * ATTACH is used because PARTITION OF would wait for every reader of the table and hold up everybody behind it.
 */
const FILL_PARTITION = `
  CREATE FUNCTION fill_driving_record_partition(first_day date, end_day date, parts text[]) RETURNS text
  LANGUAGE plpgsql AS $$
  DECLARE
    partition_name text := ${PARTITION_NAME};
    begins timestamptz := first_day::timestamp AT TIME ZONE 'UTC';
    ends timestamptz := end_day::timestamp AT TIME ZONE 'UTC';
    part text;
  BEGIN
    -- Whoever reads records keeps them where they are meanwhile.
    PERFORM pg_advisory_xact_lock(7218352);
    EXECUTE format('CREATE TABLE %I (LIKE driving_record INCLUDING ALL)', partition_name);
    LOCK TABLE driving_record_default IN ACCESS EXCLUSIVE MODE;
    FOREACH part IN ARRAY parts LOOP
      EXECUTE format('INSERT INTO %I SELECT * FROM %I', partition_name, part);
      EXECUTE format('DROP TABLE %I', part);
    END LOOP;
    EXECUTE format(
      'WITH moved AS (DELETE FROM driving_record_default WHERE recorded_at >= %L AND recorded_at < %L RETURNING *)
       INSERT INTO %I SELECT * FROM moved', begins, ends, partition_name);
    EXECUTE format('ALTER TABLE driving_record ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
      partition_name, begins, ends);
    RETURN partition_name;
  END $$`;

/** The dates from which days, and before them months, have partitions of their own; both move on with the clock. */
const RECENT_FROM = `date_trunc('month', (now() AT TIME ZONE 'UTC') - interval '60 days')::date`;
const MONTHS_FROM = `date_trunc('year', (now() AT TIME ZONE 'UTC') - interval '2 years')::date`;

/**
 * Makes the partition that a UTC day belongs to, unless it exists: the day itself where it is recent, else the free
 * part of its month, or of its year. Existing partitions stay as they are, so that a month that was once recent may be
 * in parts.
 *
 * False means that the day has no partition for now, and that its records go to the default one. That is so for days
 * before 2000 or after the day after tomorrow, and while there are too many partitions: a query on all of them locks
 * each with its indexes, and the locks of PostgreSQL's default settings are enough for about 1,500. Old days leave at
 * least 300 to recent ones, and get months rather than days when only 200 are left. A range is made smaller when the
 * default partition holds very many rows of it, since ticks wait while they are moved.
 */
const CREATE_PARTITION_OF_DAY = `
  CREATE OR REPLACE FUNCTION create_driving_record_day(day date) RETURNS boolean LANGUAGE plpgsql AS $$
  DECLARE
    most_beside_old CONSTANT int := 700;
    most_beside_days CONSTANT int := 900;
    most CONSTANT int := 1100;
    most_moved CONSTANT int := 200000;
    partitions int;
    grains text[];
    grain text;
    first_free date;
    end_free date;
  BEGIN
    IF day NOT BETWEEN DATE '2000-01-01' AND (now() AT TIME ZONE 'UTC')::date + 2 THEN
      RETURN false;
    END IF;
    IF EXISTS (SELECT FROM driving_record_partition WHERE first_day <= day AND day < end_day) THEN
      RETURN true;
    END IF;
    PERFORM pg_advisory_xact_lock(7218351);
    IF EXISTS (SELECT FROM driving_record_partition WHERE first_day <= day AND day < end_day) THEN
      RETURN true;
    END IF;
    SELECT count(*) INTO partitions FROM driving_record_partition;
    grains := CASE
      WHEN day >= ${RECENT_FROM} AND partitions < most_beside_days THEN ARRAY['day']
      WHEN day >= ${RECENT_FROM} AND partitions < most THEN ARRAY['month']
      WHEN day >= ${RECENT_FROM} OR partitions >= most_beside_old THEN ARRAY[]::text[]
      WHEN day >= ${MONTHS_FROM} THEN ARRAY['month', 'day']
      ELSE ARRAY['year', 'month', 'day'] END;
    FOREACH grain IN ARRAY grains LOOP
      SELECT greatest(date_trunc(grain, day::timestamp)::date, max(end_day) FILTER (WHERE end_day <= day)),
        least((date_trunc(grain, day::timestamp) + ('1 ' || grain)::interval)::date, min(first_day) FILTER (WHERE first_day > day))
      INTO first_free, end_free FROM driving_record_partition;
      EXIT WHEN (
        SELECT count(*) FROM (
          SELECT FROM driving_record_default
          WHERE recorded_at >= first_free::timestamp AT TIME ZONE 'UTC' AND recorded_at < end_free::timestamp AT TIME ZONE 'UTC'
          LIMIT most_moved + 1
        ) moved
      ) <= most_moved;
    END LOOP;
    IF first_free IS NULL THEN
      RETURN false;
    END IF;
    PERFORM fill_driving_record_partition(first_free, end_free, ARRAY[]::text[]);
    RETURN true;
  END $$`;

/**
 * While there are more than 500 partitions, merges those of one old month or year: the oldest that has so few rows that
 * everybody can be kept from the table while they are copied. It does not run beside an archive, which reads them all.
 *
 * @returns the name of the partition that holds them now, or null when there was nothing to do
 */
const MERGE_PARTITIONS = `
  CREATE FUNCTION merge_driving_record_days() RETURNS text LANGUAGE plpgsql AS $$
  DECLARE
    most CONSTANT int := 500;
    most_parts CONSTANT int := 31;
    most_bytes CONSTANT bigint := 8388608;
    most_moved CONSTANT int := 20000;
    merged record;
  BEGIN
    IF (SELECT count(*) FROM driving_record_partition) <= most OR NOT pg_try_advisory_xact_lock(7218350) THEN
      RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(7218351);
    SELECT first, ends, array_agg(name ORDER BY first_day) AS parts INTO merged
    FROM (
      SELECT grain, name, relation, first_day, end_day, date_trunc(grain, first_day::timestamp)::date AS first,
        (date_trunc(grain, first_day::timestamp) + ('1 ' || grain)::interval)::date AS ends
      FROM driving_record_partition CROSS JOIN unnest(ARRAY['month', 'year']) AS grain
    ) part
    WHERE end_day <= ends AND ends <= CASE grain WHEN 'month' THEN ${RECENT_FROM} ELSE ${MONTHS_FROM} END
    GROUP BY grain, first, ends
    HAVING count(*) BETWEEN 2 AND most_parts AND sum(pg_relation_size(relation)) <= most_bytes AND NOT EXISTS (
      SELECT FROM driving_record_default
      WHERE recorded_at >= first::timestamp AT TIME ZONE 'UTC' AND recorded_at < ends::timestamp AT TIME ZONE 'UTC'
      OFFSET most_moved
    )
    ORDER BY grain, first LIMIT 1;
    IF merged.parts IS NULL THEN
      RETURN NULL;
    END IF;
    -- Before the table, for which those who hold it may be waiting.
    PERFORM pg_advisory_xact_lock(7218352);
    LOCK TABLE ONLY driving_record IN ACCESS EXCLUSIVE MODE;
    RETURN fill_driving_record_partition(merged.first, merged.ends, merged.parts);
  END $$`;
