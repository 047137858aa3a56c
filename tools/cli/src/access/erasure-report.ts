import type { ErasedFromStores } from '@drivewatch/record-archive';
import type { ErasedFromQueue } from '@drivewatch/redis';

/** Everything that was found of a driver. */
export type Erasure = ErasedFromStores & {
  readonly fromQueue: ErasedFromQueue;
  /** Entries among the alerts in Redis. */
  readonly alerts: number;
};

/** Tells whether there was nothing to erase. */
export const isEmpty = (erasure: Erasure): boolean =>
  erasure.records === 0 &&
  erasure.lines === 0 &&
  erasure.fromQueue.records === 0 &&
  erasure.alerts === 0 &&
  !erasure.wasPublished &&
  !erasure.wasNamed &&
  erasure.summariesDeleted === 0 &&
  !isLeft(erasure);

/** Tells whether something is left that the command itself should have reached. */
export const isLeft = ({ unreadable, fromQueue }: Erasure): boolean =>
  unreadable.length + fromQueue.active.length + fromQueue.unreadable.length > 0;

/** Describes what was found and what was done about it, in lines for people. */
export function describeErasure(erasure: Erasure, isDryRun: boolean): string[] {
  const { records, lines, files, fromQueue, alerts, wasPublished, summariesDeleted } = erasure;
  const verb = isDryRun ? 'would be erased' : 'erased';
  const told = [
    `PostgreSQL: ${records} records ${verb}`,
    `Queue: ${fromQueue.records} records in ${fromQueue.jobs} jobs ${verb}`,
    `Alerts: ${alerts} entries ${verb}`,
    `Bucket: ${lines} lines in ${files} files ${verb}`,
    `Published summaries: ${wasPublished ? `${verb}, since they show the driver` : 'do not show the driver'}`,
  ];
  if (summariesDeleted > 0)
    told.push(
      `Summaries: ${summariesDeleted} objects deleted that were made of the driver's rows and of others'`,
    );
  if (erasure.isJobDue)
    told.push(
      'Summaries: the page shows none of what was deleted until the job has run: npx nx run summaries:spark-submit',
    );
  return [...told, ...leftLines(erasure)];
}

function* leftLines({ unreadable, fromQueue, keys, auditEvents }: Erasure): Generator<string, void> {
  for (const file of unreadable) yield `LEFT: could not read ${file}`;
  for (const id of fromQueue.active)
    yield `LEFT: a consumer is at job ${id}, or was when it died; start a consumer, then run this again`;
  for (const id of fromQueue.unreadable)
    yield `LEFT: job ${id} has the name in it and cannot be read; see npm run jobs -- show ${id}`;
  for (const { id, name, isValid } of keys)
    yield `Left: ${isValid ? 'the valid' : 'the former'} key ${id} (${name}) names the driver; npm run keys -- revoke ${id}, then run this again`;
  if (auditEvents > 0)
    yield `Left: ${auditEvents} events of the audit log name the driver; it is only added to`;
}

/** Places out of the command's reach, which are the same each time. */
export const OUT_OF_REACH = [
  'Out of reach: backups of PostgreSQL, Redis and the buckets (after a restore, run this again), earlier versions of objects',
  '  in S3, copies of published files in CDN and browser caches (the manifest for a minute, others for up to a year: see',
  '  docs/operations.md, "Erase a driver"), files of npm run jobs -- remove, and what was downloaded',
  'A driver who still sends comes back with the new records: revoke the key first',
];
