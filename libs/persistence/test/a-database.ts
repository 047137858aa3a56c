import { createTestDatabase, type EmbeddedService, startTestPostgres } from '@drivewatch/local-services';

/** Runs a PostgreSQL for one test file, and makes databases in it. */
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
