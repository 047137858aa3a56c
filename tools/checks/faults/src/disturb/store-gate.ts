import { eventually } from '@drivewatch/testing';
import { Client } from 'pg';

/** Any number that nothing else locks; this one is "gate" in ASCII. */
const LOCK = 0x67_61_74_65;

/**
 * A gate inside PostgreSQL at which stores stop: their rows are inserted, but not committed yet. It is a trigger that
 * takes a shared advisory lock, which the gate holds while it is closed.
 */
export class StoreGate {
  private constructor(private readonly client: Client) {}

  static async install(databaseUrl: string): Promise<StoreGate> {
    const client = new Client({ connectionString: databaseUrl });
    // PostgreSQL may be killed while the gate exists.
    client.on('error', () => undefined);
    await client.connect();
    await client.query(`
      CREATE OR REPLACE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_advisory_xact_lock_shared(${LOCK}); RETURN NULL; END $$;
      CREATE OR REPLACE TRIGGER wait_at_gate AFTER INSERT ON driving_record
      FOR EACH STATEMENT EXECUTE FUNCTION wait_at_gate()`);
    return new StoreGate(client);
  }

  /** Lets no store commit from now on, and waits until one has stopped at the gate. */
  async close(): Promise<void> {
    await this.client.query(`SELECT pg_advisory_lock(${LOCK})`);
    await eventually(async () => {
      if ((await this.waiting()).length === 0) throw new Error('No consumer stores anything');
    });
  }

  /** Lets stores at the gate commit, whether or not their consumers are still there. */
  async open(): Promise<void> {
    await this.client.query(`SELECT pg_advisory_unlock(${LOCK})`);
    await eventually(async () => {
      if ((await this.waiting()).length > 0) throw new Error('Stores still wait though the gate is open');
    });
  }

  /** Rolls back the stores at the gate, as if PostgreSQL had noticed the death of their consumers at once. */
  async turnBack(): Promise<void> {
    for (const pid of await this.waiting()) await this.client.query(`SELECT pg_terminate_backend($1)`, [pid]);
    await eventually(async () => {
      if ((await this.waiting()).length > 0) throw new Error('Stores still wait though they were ended');
    });
  }

  /** Opens the gate and removes it. */
  async remove(): Promise<void> {
    await this.client.query(`SELECT pg_advisory_unlock_all()`);
    await this.client.query(`DROP TRIGGER wait_at_gate ON driving_record`);
    await this.client.end();
  }

  private async waiting(): Promise<number[]> {
    const { rows } = await this.client.query<{ pid: number }>(
      `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = ${LOCK} AND NOT granted`,
    );
    return rows.map(({ pid }) => pid);
  }
}
