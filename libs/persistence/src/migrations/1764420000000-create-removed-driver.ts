import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the drivers who were removed from the live picture: their earlier records are not shown (docs/adr/0026). */
export class CreateRemovedDriver1764420000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE removed_driver (
        driver_id text NOT NULL,
        removed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        removed_xid bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
        CONSTRAINT pk_removed_driver PRIMARY KEY (driver_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE removed_driver`);
  }
}
