import type { ObjectStore } from '@drivewatch/object-store';
import type { ImportPlan } from './import-plan';
import { findImported, isComplete } from './imported-files';

const DAYS_NAMED = 5;

/**
 * Returns a warning to show before anything is stored: the archive keeps posted records in the same bucket, the
 * summaries count both, and nothing in a file says which of its records were posted.
 *
 * @returns lines for the user; none if all of the content is there already
 */
export async function warnOfCountingTwice(
  plans: readonly ImportPlan[],
  store: ObjectStore,
): Promise<string[]> {
  const days = new Set<string>();
  let storesSomething = false;
  for (const plan of plans) {
    const imported = await findImported(store, plan.sha256);
    if (imported !== undefined && isComplete(imported)) continue;
    storesSomething = true;
    for (const day of plan.days) days.add(day);
  }
  if (!storesSomething) return [];
  const note =
    'note: records that were posted to Drivewatch are in the summaries already; what is imported as well counts twice (see "Posting or importing" in docs/summaries.md)';
  const archived = await archivedDays(store, days);
  if (archived.length === 0) return [note];
  const named = archived.slice(0, DAYS_NAMED).join(', ');
  const more = archived.length > DAYS_NAMED ? ` and ${archived.length - DAYS_NAMED} more days` : '';
  return [
    note,
    `warning: posted records of days in these files are archived already: ${named}${more}. If they are the same records, delete the imported objects that are named below`,
  ];
}

/** Returns those days for which the archive has written files, sorted. */
async function archivedDays(store: ObjectStore, days: ReadonlySet<string>): Promise<string[]> {
  const archived = new Set<string>();
  // Listing a month costs about as much as listing a day, and files may span years.
  const months = new Set([...days].map((day) => day.slice(0, 'YYYY-MM'.length)));
  for (const month of months) {
    for await (const { key } of store.list(`records/date=${month}`)) {
      const [, day = ''] = /^records\/date=([^/]+)\/batch-/.exec(key) ?? [];
      if (days.has(day)) archived.add(day);
    }
  }
  return [...archived].sort();
}
