import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Lets a key read the live feed, and nothing else. Such a key has no driver, so that the version before, which does not
 * know the column, takes it for a key that may send records of nobody. That version can neither make such a key nor
 * replace one. `down` removes them, because nothing may be done with them then.
 */
export class AddLiveKeys1764540000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE device_key ADD COLUMN reads_live boolean NOT NULL DEFAULT false,
        DROP CONSTRAINT ck_device_key_driver_ids,
        ADD CONSTRAINT ck_device_key_driver_ids CHECK (reads_live OR cardinality(driver_ids) > 0),
        ADD CONSTRAINT ck_device_key_reads_live CHECK
          (NOT reads_live OR (driver_ids IS NOT NULL AND cardinality(driver_ids) = 0 AND NOT may_replay))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM device_key WHERE reads_live`);
    await runner.query(`
      ALTER TABLE device_key DROP CONSTRAINT ck_device_key_reads_live, DROP CONSTRAINT ck_device_key_driver_ids,
        ADD CONSTRAINT ck_device_key_driver_ids CHECK (cardinality(driver_ids) > 0), DROP COLUMN reads_live`);
  }
}
