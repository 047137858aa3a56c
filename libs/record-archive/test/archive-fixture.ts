import { createTestDatabase, type EmbeddedService, startTestPostgres } from '@drivewatch/local-services';
import type { ObjectStore } from '@drivewatch/object-store';
import { Database, DrivingRecordRepository, migrate } from '@drivewatch/persistence';
import { aRecord } from '@drivewatch/contracts/samples';
import { type ArchiveOptions, archiveRecords } from '../src';
import { BucketFolder } from './bucket-folder';

export const DAY_MS = 86_400_000;
export const FIRST_DAY_MS = Date.UTC(2017, 0, 1);

/** A database of records and the bucket that they are archived to. */
export class ArchiveFixture {
  readonly store: ObjectStore;

  private constructor(
    readonly postgresUrl: string,
    readonly databaseUrl: string,
    readonly bucket: BucketFolder,
    private readonly database: Database,
  ) {
    this.store = bucket.store;
  }

  /** Gives each test of the calling suite an empty fixture. @returns a function that returns the running test's */
  static forEachTest(): () => ArchiveFixture {
    let postgres: EmbeddedService | undefined;
    let fixture: ArchiveFixture | undefined;
    beforeAll(async () => {
      postgres = await startTestPostgres();
    });
    beforeEach(async () => {
      const postgresUrl = postgres?.url ?? '';
      const { url } = await createTestDatabase(postgresUrl);
      await migrate(url);
      fixture = new ArchiveFixture(postgresUrl, url, await BucketFolder.create(), new Database(url));
    });
    afterEach(async () => {
      await fixture?.database.close();
      await fixture?.bucket.remove();
    });
    afterAll(() => postgres?.stop());
    return () => {
      if (fixture === undefined) throw new Error('No test runs');
      return fixture;
    };
  }

  /** Stores records, one a second from the given time on, of drivers with this name and a number. */
  readonly storeRecords = (name: string, count: number, fromMs: number) =>
    new DrivingRecordRepository(this.database).insertNew(
      Array.from({ length: count }, (_, n) =>
        aRecord({ driverId: `${name}${n}`, recordedAtMs: fromMs + n * 1_000 }),
      ),
    );

  readonly archive = (options: Partial<ArchiveOptions> = {}) =>
    archiveRecords({ databaseUrl: this.databaseUrl, store: this.store, timeZone: 'UTC', ...options });

  readonly sql = async (statement: string): Promise<unknown> =>
    (await this.database.connected()).query<unknown>(statement);
}
