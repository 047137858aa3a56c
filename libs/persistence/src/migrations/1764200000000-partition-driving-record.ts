import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The columns are those that `driving_record` was created with, except for its key. */
const COLUMNS = `
  id uuid NOT NULL,
  driver_id text NOT NULL,
  plate_number text NOT NULL,
  latitude_deg double precision,
  longitude_deg double precision,
  speed_kmh double precision NOT NULL,
  heading_deg double precision,
  site_name text NOT NULL,
  recorded_at timestamptz NOT NULL,
  rapid_speedup boolean NOT NULL,
  rapid_slowdown boolean NOT NULL,
  neutral_slide boolean NOT NULL,
  neutral_slide_finished boolean NOT NULL,
  neutral_slide_seconds double precision NOT NULL,
  overspeed boolean NOT NULL,
  overspeed_finished boolean NOT NULL,
  overspeed_seconds double precision NOT NULL,
  fatigue_driving boolean NOT NULL,
  throttle_stop boolean NOT NULL,
  oil_leak boolean NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT now(),
  stored_xid bigint NOT NULL`;

const DAY_OF_RECORD = `(recorded_at AT TIME ZONE 'UTC')::date`;

/** Makes one partition per UTC day (docs/adr/0013); every existing record is moved, in one transaction. */
export class PartitionDrivingRecord1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await setAside(runner);
    await runner.query(`
      CREATE TABLE driving_record (${COLUMNS}, CONSTRAINT pk_driving_record PRIMARY KEY (id, recorded_at))
      PARTITION BY RANGE (recorded_at)`);
    await createIndexes(runner);
    await runner.query(`CREATE TABLE driving_record_default PARTITION OF driving_record DEFAULT`);
    await runner.query(CREATE_DAY);
    await runner.query(`
      SELECT create_driving_record_day(day)
      FROM (SELECT DISTINCT ${DAY_OF_RECORD} AS day FROM driving_record_before) days ORDER BY day DESC`);
    await runner.query(`INSERT INTO driving_record SELECT * FROM driving_record_before`);

    await runner.query(`
      CREATE TABLE device_record_id (
        id uuid NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT pk_device_record_id PRIMARY KEY (id)
      )`);
    // Nobody knows who chose these ids, so none of them may come again.
    await runner.query(`INSERT INTO device_record_id SELECT id, recorded_at FROM driving_record_before`);
    await runner.query(
      `CREATE INDEX ix_device_record_id_recorded_at ON device_record_id USING brin (recorded_at)`,
    );

    await runner.query(`
      CREATE TABLE driver_day (
        driver_id text NOT NULL,
        day date NOT NULL,
        first_xid bigint NOT NULL,
        CONSTRAINT pk_driver_day PRIMARY KEY (driver_id, day)
      )`);
    await runner.query(`
      INSERT INTO driver_day SELECT driver_id, ${DAY_OF_RECORD}, min(stored_xid) FROM driving_record_before GROUP BY 1, 2`);

    await runner.query(`
      CREATE TABLE stored_day (
        xid bigint NOT NULL,
        day date NOT NULL,
        stored_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT pk_stored_day PRIMARY KEY (xid, day)
      )`);
    // The first row says since which transaction the days are known: here, since the start of the next tick.
    await runner.query(`
      INSERT INTO stored_day
      SELECT next_xid, DATE '2000-01-01', coalesce((SELECT max(stored_at) FROM driving_record_before), '-infinity')
      FROM tick_cursor`);
    await runner.query(`
      INSERT INTO stored_day
      SELECT stored_xid, ${DAY_OF_RECORD}, max(stored_at) FROM driving_record_before
      WHERE stored_xid >= (SELECT next_xid FROM tick_cursor) GROUP BY 1, 2
      ON CONFLICT DO NOTHING`);
    await runner.query(`DROP TABLE driving_record_before`);

    await runner.query(NOTE_STORED_DAYS);
    await runner.query(`
      CREATE TRIGGER note_stored_days AFTER INSERT ON driving_record REFERENCING NEW TABLE AS stored
      FOR EACH STATEMENT EXECUTE FUNCTION note_stored_days()`);
  }

  /** Fails where one id has several times, which is possible only for ids that no device chose. */
  async down(runner: QueryRunner): Promise<void> {
    await setAside(runner);
    await runner.query(
      `CREATE TABLE driving_record (${COLUMNS}, CONSTRAINT pk_driving_record PRIMARY KEY (id))`,
    );
    await runner.query(`INSERT INTO driving_record SELECT * FROM driving_record_before`);
    await runner.query(`DROP TABLE driving_record_before`);
    await createIndexes(runner);
    await runner.query(`DROP FUNCTION note_stored_days, create_driving_record_day`);
    await runner.query(`DROP TABLE stored_day, driver_day, device_record_id`);
  }
}

/** Renames the table and its indexes to make room for others of the same names. */
async function setAside(runner: QueryRunner): Promise<void> {
  await runner.query(`DROP TRIGGER IF EXISTS note_stored_days ON driving_record`);
  await runner.query(`ALTER TABLE driving_record RENAME TO driving_record_before`);
  await runner.query(`ALTER TABLE driving_record_before RENAME CONSTRAINT pk_driving_record TO pk_before`);
  await runner.query(`DROP INDEX ix_driving_record_driver_time, ix_driving_record_stored_xid`);
}

async function createIndexes(runner: QueryRunner): Promise<void> {
  await runner.query(`CREATE INDEX ix_driving_record_driver_time ON driving_record (driver_id, recorded_at)`);
  await runner.query(`CREATE INDEX ix_driving_record_stored_xid ON driving_record (stored_xid)`);
}

/** Reads the rows of the catalog, because a look-up by name would give the same answer after the wait as before. */
const PARTITION_OF_NAME = `
      SELECT FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
      WHERE inhparent = 'driving_record'::regclass AND relname = partition_name`;

/**
 * Makes the partition of a UTC day, unless it exists, and moves to it the records of that day in the default partition.
 * False means that the day has no partition, and that its records go to the default one. That is so for days before
 * 2000 or after the day after tomorrow, and while there are 1,000 partitions: a query on all of them locks each with
 * its indexes, and the locks of PostgreSQL's default settings are enough for about 1,500.
 *
 * ATTACH is used because PARTITION OF would wait for every reader of the table and hold up everybody behind it.
 */
export const CREATE_DAY = `
  CREATE FUNCTION create_driving_record_day(day date) RETURNS boolean LANGUAGE plpgsql AS $$
  DECLARE
    partition_name text := 'driving_record_' || to_char(day, 'YYYYMMDD');
    begins timestamptz := day::timestamp AT TIME ZONE 'UTC';
    ends timestamptz := (day + 1)::timestamp AT TIME ZONE 'UTC';
  BEGIN
    IF day NOT BETWEEN DATE '2000-01-01' AND (now() AT TIME ZONE 'UTC')::date + 2 THEN
      RETURN false;
    END IF;
    IF EXISTS (${PARTITION_OF_NAME}) THEN
      RETURN true;
    END IF;
    PERFORM pg_advisory_xact_lock(7218351);
    IF EXISTS (${PARTITION_OF_NAME}) THEN
      RETURN true;
    END IF;
    IF (SELECT count(*) FROM pg_inherits WHERE inhparent = 'driving_record'::regclass) > 1000 THEN
      RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE driving_record INCLUDING ALL)', partition_name);
    LOCK TABLE driving_record_default IN ACCESS EXCLUSIVE MODE;
    EXECUTE format(
      'WITH moved AS (DELETE FROM driving_record_default WHERE recorded_at >= %L AND recorded_at < %L RETURNING *)
       INSERT INTO %I SELECT * FROM moved', begins, ends, partition_name);
    EXECUTE format('ALTER TABLE driving_record ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
      partition_name, begins, ends);
    RETURN true;
  END $$`;

/**
 * Notes for each statement that stores records, whoever runs it, which days it touched and which drivers have records
 * of which day, so that ticks and snapshots need not look into every partition. It does so in a fixed order, so that
 * two statements at once do not wait for each other.
 */
const NOTE_STORED_DAYS = `
  CREATE FUNCTION note_stored_days() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO driver_day (driver_id, day, first_xid)
    SELECT driver_id, ${DAY_OF_RECORD} AS day, min(stored_xid) FROM stored GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT DO NOTHING;
    INSERT INTO stored_day (xid, day)
    SELECT DISTINCT stored_xid, ${DAY_OF_RECORD} FROM stored
    ON CONFLICT DO NOTHING;
    RETURN NULL;
  END $$`;
