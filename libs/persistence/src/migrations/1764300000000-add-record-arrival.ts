import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * When a record was accepted, by which one whose clock is wrong is judged; and records that have no speed. Both change the
 * catalog alone, however many records there are.
 */
export class AddRecordArrival1764300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE driving_record ADD COLUMN received_at timestamptz`);
    await runner.query(`ALTER TABLE driving_record ALTER COLUMN speed_kmh DROP NOT NULL`);
  }

  /** A record without a speed gets 0, for want of a way to say so: dropping the record would lose more. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE driving_record SET speed_kmh = 0 WHERE speed_kmh IS NULL`);
    await runner.query(`ALTER TABLE driving_record ALTER COLUMN speed_kmh SET NOT NULL`);
    await runner.query(`ALTER TABLE driving_record DROP COLUMN received_at`);
  }
}
