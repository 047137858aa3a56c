import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What an id from outside stands for (docs/adr/0019). It changes the catalog alone; of records that are stored already it is
 * not known.
 */
export class AddRecordContent1764310000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE device_record_id ADD COLUMN content uuid`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE device_record_id DROP COLUMN content`);
  }
}
