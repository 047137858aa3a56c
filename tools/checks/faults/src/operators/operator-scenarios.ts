import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { OperatorScenario } from './operator-scenario';
import type { Installation, OperatorSystem } from './operator-system';

const run = promisify(execFile);
const ALL_PARTS = ['postgres', 'redis', 'records', 'public'] as const;

/** How many ids are used up in one statement, which may not take long. */
const IDS_AT_ONCE = 50_000;

/** Uses up transaction ids. A new server begins with low ones, on which nothing may depend. */
async function burnIds(system: OperatorSystem, count: number): Promise<void> {
  for (let left = count; left > 0; left -= IDS_AT_ONCE)
    await system.query(
      `DO $$ BEGIN FOR i IN 1..${Math.min(left, IDS_AT_ONCE)} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$`,
    );
}

/** Everything is lost, and restored on a server of another major version. */
const ownBackup: OperatorScenario = {
  name: 'own-backup',
  what: 'npm run backup while it runs; all is lost; npm run restore into the PostgreSQL of the system',
  server: 'own',
  losesDatabaseAlone: false,
  needsNoMending: true,
  copy: async (system, { burntIds }) => {
    await burnIds(system, burntIds);
    await system.command('backup', backupOf(system));
  },
  restore: async (system) => {
    system.loses(ALL_PARTS, 'system');
    await system.startServices();
    await system.command('restore', backupOf(system));
  },
};
const backupOf = (system: OperatorSystem): string => join(system.workFolder, 'backup');

const dumped: OperatorScenario = {
  name: 'pg-dump',
  what: 'pg_dump while it runs; the database is lost; pg_restore into a new server, whose transaction ids are low',
  server: 'system',
  losesDatabaseAlone: true,
  copy: async (system, { burntIds }) => {
    await burnIds(system, burntIds);
    await system.tools.dump(system.databaseUrl, dumpOf(system));
  },
  restore: async (system) => {
    system.loses(['postgres']);
    await system.startServices();
    await system.tools.restore(dumpOf(system), system.databaseUrl);
  },
};
const dumpOf = (system: OperatorSystem): string => join(system.workFolder, 'database.dump');

const coldCopy: OperatorScenario = {
  name: 'cold-copy',
  what: 'all is stopped and its folders copied; it runs on; all is lost; the folders are put back',
  server: 'system',
  losesDatabaseAlone: false,
  copy: (system) => copyCold(system, ALL_PARTS),
  restore: (system) => putBack(system, ALL_PARTS),
};

const earlierMoment: OperatorScenario = {
  name: 'earlier-moment',
  what: 'the database alone goes back to an earlier moment, behind the bucket and the queue',
  server: 'system',
  losesDatabaseAlone: true,
  copy: (system) => copyCold(system, ['postgres']),
  restore: (system) => putBack(system, ['postgres']),
};

async function copyCold(system: OperatorSystem, parts: readonly (keyof Installation)[]): Promise<void> {
  await system.crashApps();
  await system.stopServices();
  for (const part of parts) await copyFolder(system.folders[part], copyOf(system, part));
  await system.startServices();
  await system.startApps();
}

async function putBack(system: OperatorSystem, parts: readonly (keyof Installation)[]): Promise<void> {
  system.loses(parts);
  for (const part of parts) await copyFolder(copyOf(system, part), system.folders[part]);
  await system.startServices();
}

const copyOf = (system: OperatorSystem, part: string): string => join(system.workFolder, `copy-of-${part}`);

/**
 * Copies a folder with owners and modes, in place of what was there; the public bucket exists once something was
 * published.
 */
const copyFolder = (from: string, to: string): Promise<unknown> =>
  run('sh', ['-c', 'rm -rf "$2" && if [ -e "$1" ]; then cp -a "$1" "$2"; fi', 'sh', from, to]);

/** The scenarios are in an order in which each meets what the one before has left. */
export const OPERATOR_SCENARIOS: readonly OperatorScenario[] = [ownBackup, dumped, coldCopy, earlierMoment];
