import type { SentRecord } from './ledger';

/** The columns of a stored row that tell which record it is. */
export interface StoredRow {
  readonly id: string;
  readonly identity: string;
  readonly driverId: string;
  readonly speedKmh: number;
  readonly recordedAtMs: number;
}

/** The differences between ledger and table; everything but the first two should be empty. */
export interface Findings {
  readonly acknowledged: number;
  readonly stored: number;
  /** Acknowledged ids that are not in the table. */
  readonly lost: readonly string[];
  /** Identities that are in the table more often than they may be. */
  readonly double: readonly string[];
  /** Ids of rows that nobody sent, or that differ from what was sent. */
  readonly unknown: readonly string[];
}

/**
 * Compares what devices were told with what is stored.
 *
 * @param withRecordIds whether each record carried its own id and so may be stored only once, however often it was
 * sent. Otherwise, an attempt whose answer was lost may have been stored beside the one that was acknowledged.
 */
export function audit(
  sent: readonly SentRecord[],
  rows: readonly StoredRow[],
  withRecordIds: boolean,
): Findings {
  const byIdentity = new Map(sent.map((record) => [record.identity, record]));
  const storedIds = new Set(rows.map(({ id }) => id));
  const stored = new Map<string, number>();
  const unknown: string[] = [];
  for (const row of rows) {
    const record = byIdentity.get(row.identity);
    if (record === undefined || !isSame(record, row) || (withRecordIds && row.id !== row.identity)) {
      unknown.push(row.id);
    }
    stored.set(row.identity, (stored.get(row.identity) ?? 0) + 1);
  }
  const allowed = (identity: string): number =>
    withRecordIds ? 1 : (byIdentity.get(identity)?.attempts ?? 0);
  const acknowledgedIds = sent.flatMap((record) => record.acknowledgedIds);
  return {
    acknowledged: acknowledgedIds.length,
    stored: rows.length,
    lost: acknowledgedIds.filter((id) => !storedIds.has(id)),
    double: [
      ...[...stored].filter(([identity, count]) => count > allowed(identity)).map(([identity]) => identity),
      ...repeated(rows.map(({ id }) => id)),
    ],
    unknown,
  };
}

const isSame = (record: SentRecord, row: StoredRow): boolean =>
  record.driverId === row.driverId &&
  record.speedKmh === row.speedKmh &&
  record.recordedAtMs === row.recordedAtMs;

function repeated(ids: readonly string[]): string[] {
  const seen = new Set<string>();
  return ids.filter((id) => seen.has(id) || !seen.add(id));
}
