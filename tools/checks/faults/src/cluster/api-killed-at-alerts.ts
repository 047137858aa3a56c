import { setTimeout as wait } from 'node:timers/promises';
import type { AddDataAnswer } from '@drivewatch/contracts';
import { ADD_DATA_PATH } from '@drivewatch/device-client';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually } from '@drivewatch/testing';
import { compareChanges, type ReportedChange, type ReportedChanges } from '../load/alert-ledger';
import { countStored, HANG_MS, recordsFlow, require } from '../scenarios/watch';
import type { ClusterScenario } from './cluster-scenario';
import type { ClusterSystem } from './cluster-system';
import { LivePage, type SeenChange } from '../load/live-page';

/** How many drivers begin to speed at once. */
const STARTS_AT_ONCE = 40;
/**
 * The API is killed within this many milliseconds after its first answer, when most of its announcements are under way.
 */
const KILL_WITHIN_MS = 12;
const WRONG_SHOWN = 3;

/** What the devices of one round have reported, and the answers they got. */
interface Round extends Required<ReportedChanges> {
  /** Ids of the acknowledged records. */
  readonly ids: readonly string[];
}

/** A change that is acknowledged is announced by some instance, even if the one that acknowledged it is dead. */
export const apiKilledAtAlerts: ClusterScenario = {
  name: 'api-killed-at-alerts',
  what: `\`kill -9\` of one API up to ${KILL_WITHIN_MS} ms after its first answer to ${STARTS_AT_ONCE} starts of speeding, or to their ends, 14 times (3 in the short run)`,
  act: async (system, { alertRounds }, name, note) => {
    const seen: SeenChange[] = [];
    const page = new LivePage([system.urls[1]], system.random, { onChange: (change) => seen.push(change) });
    try {
      await eventually(() => {
        require(page.isConnected, 'the page on the other API to be connected');
      }, HANG_MS);
      const rounds: Round[] = [];
      for (let index = 0; index < alertRounds; index += 1) {
        const before = rounds.at(-1)?.acknowledged ?? [];
        const changes = index % 2 === 0 ? newStarts(`${name}-alert${index}`) : before.map(endOf);
        rounds.push(await killAmid(system, changes));
      }
      const acknowledged = rounds.flatMap((round) => round.acknowledged);
      const unanswered = rounds.flatMap((round) => round.unanswered);
      note(`${acknowledged.length} starts and ends acknowledged, ${unanswered.length} without an answer`);
      require(acknowledged.length > 0 && unanswered.length > 0, 'the API to be killed amid its answers');
      const ids = rounds.flatMap((round) => round.ids);
      await eventually(async () => {
        const stored = await countStored(system, ids);
        require(stored === ids.length, `all ${ids.length} acknowledged records to be stored, not ${stored}`);
        const wrong = compareChanges({ acknowledged, unanswered }, seen);
        require(wrong.length ===
          0, `the page to be told each of ${acknowledged.length} changes once; ${wrong.length} were not: ${wrong.slice(0, WRONG_SHOWN).join('; ')}`);
      }, HANG_MS);
      await listIsRight(system, { acknowledged, unanswered });
    } finally {
      page.close();
    }
  },
};

const newStarts = (prefix: string): ReportedChange[] =>
  Array.from({ length: STARTS_AT_ONCE }, (_, n) => ({
    driverId: `${prefix}/${n}`,
    kind: 'start',
    atMs: Date.now(),
  }));

const endOf = ({ driverId }: ReportedChange): ReportedChange => ({
  driverId,
  kind: 'end',
  atMs: Date.now(),
});

/** Reports all changes at once to the first API, kills it while it answers, and starts it again. */
async function killAmid(
  { apis, urls, random, ledger }: ClusterSystem,
  changes: readonly ReportedChange[],
): Promise<Round> {
  const round = {
    acknowledged: [] as ReportedChange[],
    unanswered: [] as ReportedChange[],
    ids: [] as string[],
  };
  const first = Promise.withResolvers<undefined>();
  const reporting = Promise.all(
    changes.map(async (change) => {
      try {
        const id = await report(urls[0], change);
        round.ids.push(id);
        round.acknowledged.push(change);
        first.resolve(undefined);
      } catch {
        round.unanswered.push(change);
      }
    }),
  );
  // If nothing is acknowledged, there is nothing to wait for.
  await Promise.race([first.promise, reporting]);
  await wait(random.between(0, KILL_WITHIN_MS));
  await apis[0].crash();
  await reporting;
  await apis[0].start();
  await recordsFlow({ ledger });
  return round;
}

/** @returns the id of the record. @throws Error unless it was acknowledged */
async function report(url: string, { driverId, kind, atMs }: ReportedChange): Promise<string> {
  const said = kind === 'start' ? { isOverspeed: '1' } : { isOverspeedFinished: '1', overspeedTime: '1' };
  const record = aWireRecord({ driverID: driverId, Time: new Date(atMs).toISOString(), ...said });
  const response = await fetch(`${url}${ADD_DATA_PATH}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(record),
    signal: AbortSignal.timeout(HANG_MS),
  });
  require(response.status === 202, `a record to be accepted, not ${response.status}`);
  const { ids = [] } = (await response.json()) as AddDataAnswer;
  return ids[0] ?? '';
}

/** @throws Error unless a page that connects now is told exactly the drivers who began to speed and have not stopped */
async function listIsRight(
  { urls, random }: ClusterSystem,
  { acknowledged, unanswered = [] }: ReportedChanges,
): Promise<void> {
  const newcomer = new LivePage([urls[1]], random);
  try {
    await eventually(() => {
      require(newcomer.isConnected, 'a new page to be connected');
    }, HANG_MS);
    const uncertain = new Set(unanswered.map(({ driverId }) => driverId));
    const isOpen = new Map(acknowledged.map(({ driverId, kind }) => [driverId, kind === 'start']));
    const wrong = [...isOpen].filter(
      ([driverId, expected]) => !uncertain.has(driverId) && newcomer.openDrivers.has(driverId) !== expected,
    );
    require(wrong.length ===
      0, `the list to say who speeds; it is wrong of ${wrong.length}, such as ${wrong[0]?.[0]}`);
  } finally {
    newcomer.close();
  }
}
