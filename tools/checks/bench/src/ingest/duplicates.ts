import { type DrivingRecord } from '@drivewatch/contracts';
import { createTemporaryServicesDir, startEmbeddedPostgres } from '@drivewatch/local-services';
import { Database, DrivingRecordRepository, migrate } from '@drivewatch/persistence';
import { aRecord } from '@drivewatch/contracts/samples';
import { v4 as uuidv4 } from 'uuid';
import { median } from '../figures';
import { RECORDS_PER_BATCH } from './batches';

const BATCHES = 100;
const COST_LIMIT = 1.3;

/** Measures what it costs the store to get batches that it has already, against batches that are new. */
export async function measureDuplicates(rounds: number): Promise<void> {
  const temporary = await createTemporaryServicesDir();
  const postgres = await startEmbeddedPostgres({ dataDir: temporary.dir });
  const database = new Database(postgres.url, { poolSize: 1 });
  try {
    await migrate(postgres.url);
    const repository = new DrivingRecordRepository(database);
    await repository.insertNew(aBatch(0));
    const ratios: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const batches = Array.from({ length: BATCHES }, (_, n) => aBatch(n));
      const fresh = await timeOf(repository, batches, RECORDS_PER_BATCH);
      const repeated = await timeOf(repository, batches, 0);
      ratios.push(repeated / fresh);
    }
    const ratio = median(ratios);
    console.log(
      `\nstoring batches of duplicates / of new records: ${ratio.toFixed(2)}× ` +
        `(at most ${COST_LIMIT}×: ${ratio <= COST_LIMIT ? 'reached' : 'NOT reached'})`,
    );
  } finally {
    await database.close();
    await postgres.stop();
    await temporary.remove();
  }
}

/** Returns a batch with random ids, as devices choose them; ids made by the API would be quicker to find. */
const aBatch = (n: number): DrivingRecord[] =>
  Array.from({ length: RECORDS_PER_BATCH }, (_, index) =>
    aRecord({ id: uuidv4(), driverId: `driver${index}`, recordedAtMs: Date.UTC(2017, 0, 1) + n * 10_000 }),
  );

async function timeOf(
  repository: DrivingRecordRepository,
  batches: readonly DrivingRecord[][],
  expectedNew: number,
): Promise<number> {
  const begun = performance.now();
  for (const batch of batches) {
    const stored = await repository.insertNew(batch);
    if (stored !== expectedNew) throw new Error(`${stored} records were new where ${expectedNew} are`);
  }
  return performance.now() - begun;
}
