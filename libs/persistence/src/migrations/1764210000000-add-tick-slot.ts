import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddTickSlot1764210000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE tick_cursor ADD COLUMN ticked_for timestamptz NOT NULL DEFAULT to_timestamp(0)`,
    );
    // The default was needed only for the row that existed.
    await runner.query(`ALTER TABLE tick_cursor ALTER COLUMN ticked_for DROP DEFAULT`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE tick_cursor DROP COLUMN ticked_for`);
  }
}
