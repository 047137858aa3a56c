import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateArchiveBatch1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE archive_batch (
        id uuid NOT NULL,
        from_xid bigint NOT NULL,
        to_xid bigint NOT NULL,
        time_zone text NOT NULL,
        file_bytes bigint NOT NULL,
        planned_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        records bigint,
        files int,
        bytes bigint,
        CONSTRAINT pk_archive_batch PRIMARY KEY (id),
        CONSTRAINT uq_archive_batch_from_xid UNIQUE (from_xid),
        CONSTRAINT ck_archive_batch_range CHECK (to_xid > from_xid)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE archive_batch`);
  }
}
