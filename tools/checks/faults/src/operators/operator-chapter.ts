import type { Random } from '@drivewatch/testing/random';
import { eventually } from '@drivewatch/testing';
import { LivePage } from '../load/live-page';
import { audit, type Findings } from '../load/audit';
import { DeviceFleet } from '../load/device-fleet';
import { Ledger, type SentRecord } from '../load/ledger';
import { storedRows } from '../load/stored-rows';
import { goesDown, HANG_MS, recordsFlow, require, ticksAreComplete } from '../scenarios/watch';
import { ARCHIVED_MS, archivedRows } from './archived-rows';
import type { OperatorScenario, OperatorSize } from './operator-scenario';
import type { OperatorSystem } from './operator-system';
import { summariesThatDiffer } from './summarised';

const PAUSE_MS = { min: 30, max: 120 };
const ENOUGH_RECORDS = 30;
const DEVICES = 4;
/** Older than RETENTION_DAYS, so that such records are dropped as soon as they are archived. */
const OLD_MS = 5 * 86_400_000;

/** Runs one scenario after the other on one system, with a ledger of everything that should still be there. */
export class OperatorChapters {
  /** What was sent in the earlier chapters. */
  private readonly kept: SentRecord[] = [];
  private readonly fleets: DeviceFleet[] = [];

  constructor(
    private readonly system: OperatorSystem,
    private readonly random: Random,
  ) {}

  /**
   * Sends records before the copy, between copy and loss, and after the restore, with archive and retention running;
   * then looks for each record in PostgreSQL, in the bucket, on a page and, if the size includes them, in the
   * summaries.
   *
   * @throws Error when a step fails or something is not as an operator would expect
   */
  async run(
    scenario: OperatorScenario,
    size: OperatorSize,
    note: (event: string) => void,
  ): Promise<Findings> {
    const { system } = this;
    const ledger = new Ledger(ENOUGH_RECORDS);
    const send = (part: string, agoMs = 0) => this.startDevices(ledger, `${scenario.name}/${part}`, agoMs);

    const old = send('old', OLD_MS);
    const before = send('before');
    await recordsFlow({ ledger });
    await old.settle(HANG_MS);
    await this.oldRecordsAreDropped(scenario, ledger);
    const copied = new Set(ledger.all().filter(isAcknowledged));
    await scenario.copy(system, size);
    note(`${copied.size} records acknowledged before the copy`);
    await recordsFlow({ ledger });
    await before.settle(HANG_MS);

    if (scenario.losesDatabaseAlone) await this.archiveAndQueue(ledger, () => send('waiting'));
    const lost = new Set(
      ledger.all().filter((record) => !scenario.losesDatabaseAlone && !copied.has(record)),
    );
    note(`${ledger.all().filter(isAcknowledged).length} before the loss`);
    await system.crashApps();
    await system.stopServices();
    await scenario.restore(system);
    if (!scenario.needsNoMending) note(lastLine(await system.command('after-restore')));
    await system.startApps();

    const page = new LivePage([system.url], this.random, {
      watches: (driver) => driver.startsWith(`${scenario.name}/after/`),
    });
    try {
      await eventually(() => require(page.isConnected, 'a page to be sent the recent speeds'), HANG_MS);
      const after = send('after');
      await recordsFlow({ ledger });
      await after.settle(HANG_MS);
      require(ledger.refused.length === 0, `no record to be refused, but: ${ledger.refused[0]}`);
      await this.drain();
      await ticksAreComplete(system, page, `${scenario.name}/after/%`);
    } finally {
      page.close();
    }
    await this.isWell();
    const expected = ledger
      .all()
      .map((record) => (lost.has(record) ? { ...record, acknowledgedIds: [] } : record));
    for (const record of expected) this.kept.push(record);
    return await this.audit(size);
  }

  private startDevices(ledger: Ledger, prefix: string, agoMs: number): DeviceFleet {
    const fleet = new DeviceFleet({
      url: this.system.url,
      ledger,
      random: this.random,
      pauseMs: PAUSE_MS,
      devices: DEVICES,
      withRecordIds: true,
      recordedAtMs: () => Math.floor((Date.now() - agoMs) / ARCHIVED_MS) * ARCHIVED_MS,
    });
    this.fleets.push(fleet);
    fleet.start(prefix);
    return fleet;
  }

  /** Ends the devices, whatever state they are in. */
  async stop(): Promise<void> {
    for (const fleet of this.fleets) await fleet.abandon();
  }

  /** Checks that archive and retention have been at work before the copy. */
  private async oldRecordsAreDropped({ name }: OperatorScenario, ledger: Ledger): Promise<void> {
    const sent = ledger.all().filter(({ driverId }) => driverId.startsWith(`${name}/old/`));
    await goesDown(
      'old records that PostgreSQL holds or the bucket lacks',
      async () => {
        const held = await storedRows(this.system, `${name}/old/%`);
        const archived = await archivedRows(this.system.folders.records, `${name}/old/`);
        return held.length + sent.filter(isAcknowledged).length - archived.length;
      },
      0,
    );
  }

  /**
   * Brings all but some records into the bucket and leaves the rest in Redis, where it waits when the database is lost.
   */
  private async archiveAndQueue(ledger: Ledger, send: () => DeviceFleet): Promise<void> {
    const { system } = this;
    await this.drain();
    await system.command('archive');
    await system.stopConsumer();
    const waiting = send();
    await recordsFlow({ ledger });
    await waiting.settle(HANG_MS);
    require((await system.openJobs()) > 0, 'jobs to wait in the queue');
  }

  private async drain(): Promise<void> {
    await goesDown('jobs', () => this.system.openJobs(), 0);
  }

  private async isWell(): Promise<void> {
    await eventually(async () => {
      const answer = await fetch(`${this.system.url}/health/ready`);
      const text = await answer.text();
      require(answer.ok && (JSON.parse(text) as { status: string }).status === 'ok', `health: ${text}`);
    }, HANG_MS);
  }

  /**
   * Looks for the records of all chapters: PostgreSQL should hold those within retention, and the bucket all of them.
   */
  private async audit({ hasSummaries }: OperatorSize): Promise<Findings> {
    await this.archiveEverything();
    const recent = this.kept.filter(({ driverId }) => !driverId.includes('/old/'));
    const stored = audit(recent, await storedRows(this.system, '%'), true);
    const rows = await archivedRows(this.system.folders.records, '');
    const archived = audit(this.kept, rows, true);
    const summarised = hasSummaries ? await summariesThatDiffer(this.system, rows) : { lost: [], double: [] };
    const both = (kind: 'lost' | 'double' | 'unknown') => [
      ...stored[kind].map((id) => `${id} in PostgreSQL`),
      ...archived[kind].map((id) => `${id} in the bucket`),
    ];
    return {
      acknowledged: archived.acknowledged,
      stored: archived.stored,
      lost: [...both('lost'), ...summarised.lost],
      double: [...both('double'), ...summarised.double],
      unknown: both('unknown'),
    };
  }

  /**
   * Archives what is left. A consumer may be archiving at this very moment; then there is nothing to do, but its run
   * may have begun too early.
   */
  private async archiveEverything(): Promise<void> {
    await goesDown(
      'records that are not archived',
      async () => {
        await this.system.command('archive');
        const [row] = await this.system.query<{ left: number }>(
          `SELECT count(*)::int AS left FROM driving_record WHERE stored_xid >= (SELECT coalesce(max(to_xid), 0) FROM archive_batch WHERE finished_at IS NOT NULL)`,
        );
        return row?.left ?? 0;
      },
      0,
    );
  }
}

const isAcknowledged = ({ acknowledgedIds }: SentRecord): boolean => acknowledgedIds.length > 0;
const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
