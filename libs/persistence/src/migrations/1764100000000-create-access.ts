import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateAccess1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE device_key (
        id uuid NOT NULL,
        name text NOT NULL,
        secret_hash bytea NOT NULL,
        driver_ids text[],
        may_replay boolean NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        revoked_at timestamptz,
        last_used_at timestamptz,
        changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT pk_device_key PRIMARY KEY (id),
        CONSTRAINT uq_device_key_secret_hash UNIQUE (secret_hash),
        CONSTRAINT ck_device_key_driver_ids CHECK (cardinality(driver_ids) > 0)
      )`);
    await runner.query(`CREATE INDEX ix_device_key_changed_at ON device_key (changed_at)`);
    await runner.query(`
      CREATE TABLE dashboard_user (
        id uuid NOT NULL,
        name text NOT NULL,
        role text NOT NULL,
        password_hash text NOT NULL,
        session_version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        changed_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT pk_dashboard_user PRIMARY KEY (id),
        CONSTRAINT ck_dashboard_user_role CHECK (role IN ('viewer', 'admin'))
      )`);
    await runner.query(`CREATE UNIQUE INDEX uq_dashboard_user_name ON dashboard_user (lower(name))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE dashboard_user`);
    await runner.query(`DROP TABLE device_key`);
  }
}
