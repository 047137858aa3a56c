import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Numbers stores by a sequence of Drivewatch's own instead of PostgreSQL's transaction ids (docs/adr/0027). It changes
 * only functions, however many records there are: numbers begin above every transaction id, so that those of stored
 * records, cursors and batches keep their place. Columns keep their names, since the previous version reads and writes
 * them.
 */
export class NumberStores1764500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE SEQUENCE store_number_seq AS bigint`);
    await runner.query(LOCK_OUT_STORES);
    await runner.query(`
      SELECT setval('store_number_seq', greatest(
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint, pg_current_xact_id()::text::bigint, ${LARGEST_NUMBER}))`);
    await runner.query(STORE_NUMBER);
    await runner.query(STORE_HORIZON);
    await runner.query(MEND_STORE_NUMBERS);
    await runner.query(NOTE_STORED_DAYS);
    await runner.query(HOLD_TICK_CURSOR);
    await runner.query(`
      CREATE TRIGGER hold_tick_cursor BEFORE UPDATE OF next_xid ON tick_cursor
      FOR EACH ROW EXECUTE FUNCTION hold_tick_cursor()`);
    await runner.query(HOLD_ARCHIVE_BATCH);
    await runner.query(`
      CREATE TRIGGER hold_archive_batch BEFORE INSERT ON archive_batch
      FOR EACH ROW EXECUTE FUNCTION hold_archive_batch()`);
    // A removal has its place among the stores: pages that have not got as far as that are sent everything anew.
    await runner.query(`ALTER TABLE removed_driver ALTER COLUMN removed_xid SET DEFAULT store_number()`);
  }

  /** The previous version counts in transaction ids: where these are lower, it would archive and show nothing. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(LOCK_OUT_STORES);
    await runner.query(`
      DO $$ BEGIN
        IF (SELECT last_value FROM store_number_seq) >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint THEN
          RAISE EXCEPTION 'The version before counts in transaction ids, and this server has had fewer (%) than there are store numbers (%)',
            pg_snapshot_xmin(pg_current_snapshot()), (SELECT last_value FROM store_number_seq);
        END IF;
      END $$`);
    await runner.query(
      `ALTER TABLE removed_driver ALTER COLUMN removed_xid SET DEFAULT pg_current_xact_id()::text::bigint`,
    );
    await runner.query(`DROP TRIGGER hold_archive_batch ON archive_batch`);
    await runner.query(`DROP TRIGGER hold_tick_cursor ON tick_cursor`);
    await runner.query(NOTE_STORED_DAYS_BEFORE);
    await runner.query(
      `DROP FUNCTION hold_archive_batch, hold_tick_cursor, mend_store_numbers, store_horizon, store_number`,
    );
    await runner.query(`DROP SEQUENCE store_number_seq`);
  }
}

/**
 * Waits for the stores under way and keeps others out until the commit, for some milliseconds. It waits for at most a
 * second at a time for a transaction that has stored something and stays open, so that others can store meanwhile.
 */
const LOCK_OUT_STORES = `
  DO $$ BEGIN
    FOR attempt IN 1..120 LOOP
      BEGIN
        SET LOCAL lock_timeout = '1s';
        LOCK TABLE ONLY driving_record IN SHARE ROW EXCLUSIVE MODE;
        SET LOCAL lock_timeout = 0;
        RETURN;
      EXCEPTION WHEN lock_not_available THEN
        PERFORM pg_sleep(0.5);
      END;
    END LOOP;
    RAISE EXCEPTION 'A transaction that has stored records stays open; end it and migrate again';
  END $$`;

/** Everything in the database counts in the same numbers. */
const LARGEST_NUMBER = `
        (SELECT max(next_xid) - 1 FROM tick_cursor),
        (SELECT max(to_xid) - 1 FROM archive_batch),
        (SELECT max(xid) FROM stored_day),
        (SELECT max(stored_xid) FROM driving_record)`;

/**
 * The keys of the advisory locks of stores under way are this and the sequence's value, cut to what a lock can hold.
 */
const STORES_LOCK = `7218353`;
const LOCK_RANGE = `2147483648`;

/**
 * Returns the number of the calling transaction, which is the same however often it asks. Before it takes one, it says
 * with a lock that ends with the transaction: "mine is larger than this". store_horizon() relies on that. A transaction
 * that is opened by hand and never ended would hold up everything after it, so the server ends it after a minute of
 * idleness.
 */
const STORE_NUMBER = `
  CREATE FUNCTION store_number() RETURNS bigint LANGUAGE plpgsql AS $$
  DECLARE
    number bigint := nullif(current_setting('drivewatch.store_number', true), '');
  BEGIN
    IF number IS NOT NULL THEN
      RETURN number;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(${STORES_LOCK}, (last_value % ${LOCK_RANGE})::int) FROM store_number_seq;
    number := nextval('store_number_seq');
    PERFORM set_config('drivewatch.store_number', number::text, true);
    IF current_setting('idle_in_transaction_session_timeout') = '0' THEN
      PERFORM set_config('idle_in_transaction_session_timeout', '60s', true);
    END IF;
    RETURN number;
  END $$`;

/**
 * Returns a number below which every transaction has ended, and so can add nothing. Between two looks at the sequence,
 * it reads the locks of stores under way: a transaction without a lock there has ended, or will take a number larger
 * than the first look saw. The second look tells which number a lock stands for.
 */
const STORE_HORIZON = `
  CREATE FUNCTION store_horizon() RETURNS bigint LANGUAGE plpgsql AS $$
  DECLARE
    first_look bigint;
    second_look bigint;
    under_way bigint[];
  BEGIN
    SELECT last_value INTO first_look FROM store_number_seq;
    under_way := ARRAY(
      SELECT objid::bigint FROM pg_locks
      WHERE locktype = 'advisory' AND classid = ${STORES_LOCK} AND objsubid = 2
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    );
    SELECT last_value INTO second_look FROM store_number_seq;
    RETURN least(first_look, (
      SELECT min(second_look - (second_look - said) % ${LOCK_RANGE}) FROM unnest(under_way) AS said
    )) + 1;
  END $$`;

/**
 * Moves the numbers beyond all that the database holds, where a copy has left the sequence behind.
 *
 * @returns whether that was so
 */
const MEND_STORE_NUMBERS = `
  CREATE FUNCTION mend_store_numbers() RETURNS boolean LANGUAGE plpgsql AS $$
  DECLARE
    largest bigint;
  BEGIN
    SELECT greatest(${LARGEST_NUMBER}) INTO largest;
    IF largest <= (SELECT last_value FROM store_number_seq) THEN
      RETURN false;
    END IF;
    LOCK TABLE ONLY driving_record IN SHARE ROW EXCLUSIVE MODE;
    PERFORM setval('store_number_seq', greatest(largest, last_value)) FROM store_number_seq;
    RETURN true;
  END $$`;

const DAY_OF_RECORD = `(recorded_at AT TIME ZONE 'UTC')::date`;

/** Works as before, and gives a number to whoever stores without one, as the previous version and people do. */
const NOTE_STORED_DAYS = `
  CREATE OR REPLACE FUNCTION note_stored_days() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    number bigint;
  BEGIN
    IF NOT EXISTS (SELECT FROM stored) THEN
      RETURN NULL;
    END IF;
    number := store_number();
    IF EXISTS (SELECT FROM stored WHERE stored_xid <> number) THEN
      UPDATE driving_record SET stored_xid = number FROM stored
      WHERE driving_record.id = stored.id AND driving_record.recorded_at = stored.recorded_at;
    END IF;
    INSERT INTO driver_day (driver_id, day, first_xid)
    SELECT DISTINCT driver_id, ${DAY_OF_RECORD}, number FROM stored ORDER BY 1, 2
    ON CONFLICT DO NOTHING;
    INSERT INTO stored_day (xid, day)
    SELECT DISTINCT number, ${DAY_OF_RECORD} FROM stored
    ON CONFLICT DO NOTHING;
    RETURN NULL;
  END $$`;

const NOTE_STORED_DAYS_BEFORE = `
  CREATE OR REPLACE FUNCTION note_stored_days() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO driver_day (driver_id, day, first_xid)
    SELECT driver_id, ${DAY_OF_RECORD} AS day, min(stored_xid) FROM stored GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT DO NOTHING;
    INSERT INTO stored_day (xid, day)
    SELECT DISTINCT stored_xid, ${DAY_OF_RECORD} FROM stored
    ON CONFLICT DO NOTHING;
    RETURN NULL;
  END $$`;

/**
 * Whoever moves the cursor moves it to where stores may still add something, and never back. The previous version asks
 * for positions among transaction ids, which may be beyond that, or, in a server that has had few of them, far behind.
 */
const HOLD_TICK_CURSOR = `
  CREATE FUNCTION hold_tick_cursor() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NEW.next_xid := greatest(OLD.next_xid, store_horizon());
    RETURN NEW;
  END $$`;

/**
 * Does the same for the archive. If nothing is left of a batch, the table's check refuses it; the next run plans anew.
 */
const HOLD_ARCHIVE_BATCH = `
  CREATE FUNCTION hold_archive_batch() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    NEW.to_xid := least(NEW.to_xid, store_horizon());
    RETURN NEW;
  END $$`;
