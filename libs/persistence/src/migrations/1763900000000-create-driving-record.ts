import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateDrivingRecord1763900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE driving_record (
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
        stored_xid bigint NOT NULL,
        CONSTRAINT pk_driving_record PRIMARY KEY (id)
      )`);
    await runner.query(
      `CREATE INDEX ix_driving_record_driver_time ON driving_record (driver_id, recorded_at)`,
    );
    await runner.query(`CREATE INDEX ix_driving_record_stored_xid ON driving_record (stored_xid)`);
    await runner.query(`
      CREATE TABLE tick_cursor (
        id smallint NOT NULL DEFAULT 1,
        next_xid bigint NOT NULL,
        ticked_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT pk_tick_cursor PRIMARY KEY (id),
        CONSTRAINT ck_tick_cursor_single CHECK (id = 1)
      )`);
    await runner.query(`INSERT INTO tick_cursor (next_xid) VALUES (0)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE tick_cursor`);
    await runner.query(`DROP TABLE driving_record`);
  }
}
