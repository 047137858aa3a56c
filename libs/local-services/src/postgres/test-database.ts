import { randomBytes } from 'node:crypto';
import { withClient } from './postgres-client';

/** A database for one test suite. */
export interface TestDatabase {
  readonly url: string;
  /** Drops it, ending the connections that are still open. */
  drop(): Promise<void>;
}

/**
 * Creates an empty database with a unique name beside the one that the URL names.
 *
 * @param url the URL of any database of the server; its user may create databases
 */
export async function createTestDatabase(url: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await withClient(url, (client) => client.query(`CREATE DATABASE ${name}`));
  const testUrl = new URL(url);
  testUrl.pathname = `/${name}`;
  return {
    url: testUrl.href,
    drop: async () => {
      await withClient(url, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}
