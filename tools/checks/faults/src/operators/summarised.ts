import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SUMMARY_MANIFEST_KEY, summaryManifestSchema } from '@drivewatch/contracts';
import { parse } from 'csv-parse';
import type { StoredRow } from '../load/audit';
import type { OperatorSystem } from './operator-system';

/**
 * Runs the summaries job and compares what it has published with the bucket, driver by driver, because summaries do not
 * list records.
 *
 * @param rows of the bucket, each of them already looked up in the ledger
 * @returns a line for each driver for whom the summaries count fewer or more records
 * @throws Error when the job fails
 */
export async function summariesThatDiffer(
  system: OperatorSystem,
  rows: readonly StoredRow[],
): Promise<{ lost: string[]; double: string[] }> {
  await system.summarise();
  const summarised = await summarisedRecords(system.folders.public);
  const archived = new Map<string, number>();
  for (const { driverId } of rows) archived.set(driverId, (archived.get(driverId) ?? 0) + 1);
  const differing = (differs: (summarised: number, archived: number) => boolean): string[] =>
    [...new Set([...summarised.keys(), ...archived.keys()])]
      .map((driver) => ({
        driver,
        inSummaries: summarised.get(driver) ?? 0,
        inBucket: archived.get(driver) ?? 0,
      }))
      .filter(({ inSummaries, inBucket }) => differs(inSummaries, inBucket))
      .map(
        ({ driver, inSummaries, inBucket }) =>
          `${driver}: ${inSummaries} in the summaries, ${inBucket} in the bucket`,
      );
  return {
    lost: differing((inSummaries, inBucket) => inSummaries < inBucket),
    double: differing((inSummaries, inBucket) => inSummaries > inBucket),
  };
}

/** @returns how many records of each driver are published, over all hours */
async function summarisedRecords(publicFolder: string): Promise<Map<string, number>> {
  const manifest = await readFile(join(publicFolder, SUMMARY_MANIFEST_KEY), 'utf8');
  const { files } = summaryManifestSchema.parse(JSON.parse(manifest));
  const hours = createReadStream(join(publicFolder, files.hourlyCsv)).pipe(parse({ columns: true }));
  const records = new Map<string, number>();
  for await (const { driverID, records: count } of hours as AsyncIterable<{
    driverID: string;
    records: string;
  }>)
    records.set(driverID, (records.get(driverID) ?? 0) + Number(count));
  return records;
}
