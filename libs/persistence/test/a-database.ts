import { createTestDatabase, type EmbeddedService, startTestPostgres } from '@drivewatch/local-services';

/** A PostgreSQL for one test file, and databases in it. */
export class TestPostgres {
  private constructor(private readonly server: EmbeddedService) {}

  static async start(): Promise<TestPostgres> {
    return new TestPostgres(await startTestPostgres());
  }

  /** @returns the URL of a new, empty database */
  async emptyDatabase(): Promise<string> {
    return (await createTestDatabase(this.server.url)).url;
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}
