import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adds the owner of a key: keys that replace each other have one owner, whose ids and limits stay the same
 * (docs/adr/0023). A key without one is its own owner, so that an older version may go on making keys meanwhile. After
 * `down`, each key is on its own.
 */
export class AddDeviceKeyOwner1764400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE device_key ADD COLUMN owner_id uuid,
        ADD CONSTRAINT fk_device_key_owner_id FOREIGN KEY (owner_id) REFERENCES device_key (id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE device_key DROP COLUMN owner_id`);
  }
}
