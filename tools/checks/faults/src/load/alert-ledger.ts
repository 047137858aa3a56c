import type { WireRecord } from '@drivewatch/contracts';
import type { SeenChange } from './live-page';
import type { SentRecord } from './ledger';

/** A start or an end of speeding that a device has reported. */
export interface ReportedChange {
  readonly driverId: string;
  readonly kind: 'start' | 'end';
  /** Time of the record, epoch milliseconds. */
  readonly atMs: number;
}

/** What happened to the changes that devices reported; the lists are in the order of the answers. */
export interface ReportedChanges {
  readonly acknowledged: readonly ReportedChange[];
  /** Changes whose answer never came: pages may have been told of them, or not. */
  readonly unanswered?: readonly ReportedChange[];
}

const KINDS = { overspeeding: 'start', overspeedEnd: 'end' } as const;
const describe = ({ kind, driverId, atMs }: ReportedChange): string =>
  `the ${kind} of ${driverId} at ${new Date(atMs).toISOString()}`;

/**
 * Returns the change that an acknowledged record reported, if any.
 *
 * @param said the record's flags, at most one of the two
 */
export function reportedChange(
  { driverId, recordedAtMs }: Pick<SentRecord, 'driverId' | 'recordedAtMs'>,
  said: WireRecord,
): ReportedChange | undefined {
  if (said.isOverspeed === '1') return { driverId, kind: 'start', atMs: recordedAtMs };
  if (said.isOverspeedFinished === '1') return { driverId, kind: 'end', atMs: recordedAtMs };
  return undefined;
}

/**
 * Compares what devices were told with what a page was told that was connected all the time.
 *
 * @param seen changes that the page saw, in its order; drivers that are in neither list do not matter
 * @returns what is wrong: acknowledged changes that the page was not told, and changes that it was told more than once,
 * that nobody has reported, or that came in an order different from the device's reports
 */
export function compareChanges(
  { acknowledged, unanswered = [] }: ReportedChanges,
  seen: readonly SeenChange[],
): string[] {
  const drivers = new Set([...acknowledged, ...unanswered].map(({ driverId }) => driverId));
  const shown = seen.flatMap(({ event, driverId, atMs }) =>
    (event === 'overspeeding' || event === 'overspeedEnd') && drivers.has(driverId)
      ? [{ driverId, kind: KINDS[event], atMs }]
      : [],
  );
  const times = new Map<string, number>();
  for (const change of shown) times.set(describe(change), (times.get(describe(change)) ?? 0) + 1);
  const certain = new Set(acknowledged.map(describe));
  const possible = new Set([...certain, ...unanswered.map(describe)]);
  const content = [
    ...[...certain].filter((change) => !times.has(change)).map((change) => `${change} was never told`),
    ...[...times]
      .filter(([, count]) => count > 1)
      .map(([change, count]) => `${change} was told ${count} times`),
    ...[...times.keys()]
      .filter((change) => !possible.has(change))
      .map((change) => `${change} was told, and nobody has reported it`),
  ];
  // If something is missing or duplicated, the order does not need a check of its own.
  return content.length > 0 ? content : outOfOrder(acknowledged, shown, certain);
}

function outOfOrder(
  acknowledged: readonly ReportedChange[],
  shown: readonly ReportedChange[],
  certain: ReadonlySet<string>,
): string[] {
  const expected = Map.groupBy(acknowledged, ({ driverId }) => driverId);
  const told = Map.groupBy(
    shown.filter((change) => certain.has(describe(change))),
    ({ driverId }) => driverId,
  );
  return [...expected].flatMap(([driverId, changes]) => {
    const index = changes.findIndex(({ atMs }, place) => told.get(driverId)?.[place]?.atMs !== atMs);
    const change = changes[index];
    return change === undefined ? [] : [`${describe(change)} was told in another order`];
  });
}
