import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds notes on the files of each batch, and an id that tells this database's batches from others' (docs/adr/0028). */
export class NoteArchiveFiles1764510000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE archive_file (
        batch_id uuid NOT NULL,
        key text NOT NULL,
        bytes bigint NOT NULL,
        days jsonb NOT NULL,
        CONSTRAINT pk_archive_file PRIMARY KEY (batch_id, key),
        CONSTRAINT fk_archive_file_batch FOREIGN KEY (batch_id) REFERENCES archive_batch (id) ON DELETE CASCADE
      )`);
    await runner.query(`
      CREATE TABLE database_identity (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        CONSTRAINT pk_database_identity PRIMARY KEY (id)
      )`);
    await runner.query(`INSERT INTO database_identity DEFAULT VALUES`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE database_identity`);
    await runner.query(`DROP TABLE archive_file`);
  }
}
