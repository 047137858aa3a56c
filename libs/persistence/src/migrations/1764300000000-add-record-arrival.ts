import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adds the time when a record was accepted, by which a record with a wrong clock is judged, and allows records without
 * a speed. Both change only the catalog, however many records there are.
 */
export class AddRecordArrival1764300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE driving_record ADD COLUMN received_at timestamptz`);
    await runner.query(`ALTER TABLE driving_record ALTER COLUMN speed_kmh DROP NOT NULL`);
  }

  /**
   * Gives a record without a speed 0, because the old column cannot say that it is missing and dropping the record
   * would lose more.
   */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE driving_record SET speed_kmh = 0 WHERE speed_kmh IS NULL`);
    await runner.query(`ALTER TABLE driving_record ALTER COLUMN speed_kmh SET NOT NULL`);
    await runner.query(`ALTER TABLE driving_record DROP COLUMN received_at`);
  }
}
