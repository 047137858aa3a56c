import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Says which programs may work on the schema, in a place that a program can read without knowing the newest migrations
 * (docs/adr/0030). A migration that removes or changes what the previous version needs raises `needs_migration` to the
 * time stamp of the oldest migration that a program must know.
 */
export class CreateSchemaCompatibility1764520000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE schema_compatibility (
        is_one boolean NOT NULL DEFAULT true,
        needs_migration bigint NOT NULL,
        CONSTRAINT pk_schema_compatibility PRIMARY KEY (is_one),
        CONSTRAINT ck_schema_compatibility_is_one CHECK (is_one)
      )`);
    await runner.query(`INSERT INTO schema_compatibility (needs_migration) VALUES (1764420000000)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE schema_compatibility`);
  }
}
