import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adds the content that an id from outside stands for (docs/adr/0019). This changes only the catalog; the content of
 * records stored before is not known.
 */
export class AddRecordContent1764310000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE device_record_id ADD COLUMN content uuid`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE device_record_id DROP COLUMN content`);
  }
}
