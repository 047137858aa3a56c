import { createDeviceKey } from '@drivewatch/credentials';
import { Random } from '@drivewatch/testing/random';
import { eventually, signIn, type Stack, startStack } from '@drivewatch/testing';
import { LivePage, type SeenChange } from '../load/live-page';
import { StoredPoints } from '../load/point-sum';
import { beforeExit } from '../disturb/before-exit';
import { compareChanges, type ReportedChange, reportedChange } from '../load/alert-ledger';
import { audit, type Findings } from '../load/audit';
import { DeviceFleet } from '../load/device-fleet';
import { Ledger } from '../load/ledger';
import { storedPoints, storedRows } from '../load/stored-rows';
import { HANG_MS, queueDrains, recordsFlow, require } from '../scenarios/watch';
import type { HostileContext, HostileScenario, HostileUser } from './hostile-scenario';
import type { Group, Settings } from './hostile-plan';
import { keyIsKnown } from './known-key';
import { openDescriptors, ProcessMemory } from './process-memory';
import { SpellPlan } from './spell-plan';
import { whileApiRuns } from './while-api-runs';

const PASSWORDS: Readonly<Record<HostileUser, string>> = {
  admin: 'an admin of the hostile runs',
  viewer: 'a viewer of the hostile runs',
};
const USERS = (['admin', 'viewer'] as const).map((name) => ({ name, role: name, password: PASSWORDS[name] }));

/** The beginning of honest drivers' names, which tells their points and changes from all others. */
const HONEST = 'honest-';
const HONEST_DEVICES = 3;
/** These pauses make about a record every 100 ms in all. */
const HONEST_PAUSE_MS = { min: 200, max: 400 };
/** Enough for each driver to have begun a spell and ended it. */
const ENOUGH_HONEST_RECORDS = 9;
const WRONG_SHOWN = 3;
/** Reached only by something that hangs, or by a page that was not told something. */
const PAGE_LIMIT_MS = 60_000;

/** Receives what was done and seen, and in which scenario of a group, if it was in one. */
export type NoteOf = (event: string, scenario?: HostileScenario) => void;

/** Returns the prefix of the honest drivers' names beside a group. */
const honestDrivers = ([{ name }]: Group): string => `${HONEST}${name}`;

/** The system under attack, and an honest user's page on it. */
export class HostileSystem {
  private readonly forget: () => void;
  private readonly ledger = new Ledger();

  private constructor(
    readonly stack: Stack,
    private readonly random: Random,
    private readonly honestKey: string,
    private readonly page: LivePage,
    /** All changes of alerts that the page was told. */
    private readonly seen: readonly SeenChange[],
  ) {
    this.forget = beforeExit(() => this.stop());
  }

  /** @param groups the groups that run on it */
  static async start(groups: readonly Group[], settings: Settings, random: Random): Promise<HostileSystem> {
    const honestKey = createDeviceKey().key;
    const driverIds = groups.flatMap((group) =>
      Array.from({ length: HONEST_DEVICES }, (_, n) => `${honestDrivers(group)}/${n}`),
    );
    const stack = await startStack({
      tickSeconds: 1,
      ...settings,
      access: { users: USERS, driverKey: { key: honestKey, driverIds } },
    });
    const seen: SeenChange[] = [];
    const page = new LivePage([stack.url], random, {
      headers: { cookie: await signIn(stack.url, 'viewer', PASSWORDS.viewer) },
      onChange: (change) => seen.push(change),
      watches: (driverId) => driverId.startsWith(HONEST),
    });
    const system = new HostileSystem(stack, random, honestKey, page, seen);
    await eventually(() => {
      require(page.isConnected, 'the page to be connected');
    });
    return system;
  }

  /**
   * Runs the scenarios of a group at the same time, beside an honest device and page, lets everything drain, and
   * compares what these were told with a ledger.
   *
   * @throws Error when a limit did not hold, or the device or the page came to harm
   */
  async run(group: Group, note: NoteOf): Promise<Findings> {
    const { stack, ledger, page } = this;
    const api = stack.api();
    const told: ReportedChange[] = [];
    const device = this.honestDevice(told);
    const mayRestart = group.some(({ restartsApi }) => restartsApi === true);
    ledger.beginChapter();
    page.beginChapter();
    await whileApiRuns(stack, mayRestart, async () => {
      device.start(honestDrivers(group));
      await recordsFlow({ ledger }, ENOUGH_HONEST_RECORDS);
      await this.actAll(group, device, note);
      await recordsFlow({ ledger }, ENOUGH_HONEST_RECORDS);
      await device.settle(HANG_MS);
      this.judgeDevice(note);
      await queueDrains(this);
      await isReady(stack);
      await this.judgePage(mayRestart, told, note);
    });
    require(mayRestart || stack.api() === api, 'the API not to have been started again');
    const rows = await storedRows(stack, `${honestDrivers(group)}/%`);
    // The table stores a key's ids in a form of their own, so that no other key can take them; devices are told the ids
    // that they sent.
    const asSent = rows.map((row) => ({ ...row, id: row.identity }));
    return audit(ledger.ofChapter(), asSent, true);
  }

  /** The end of the apps' output, for finding out what went wrong. */
  get output(): string {
    return [this.stack.api(), ...this.stack.consumers].map(({ output }) => output).join('\n----------\n');
  }

  /** Ends everything, whatever state it is in. */
  async stop(): Promise<void> {
    this.forget();
    this.page.close();
    await this.stack.stop();
  }

  /** @throws Error saying which of them have failed, and why */
  private async actAll(group: Group, device: DeviceFleet, note: NoteOf): Promise<void> {
    const acting = group.map(async (scenario) => {
      await scenario.act(this.contextOf(scenario, device, (event) => note(event, scenario)));
    });
    const outcomes = await Promise.allSettled(acting);
    const failures = outcomes.flatMap((outcome, index) => {
      if (outcome.status === 'fulfilled') return [];
      const { reason } = outcome as { reason: unknown };
      return [`${group[index]?.name}: ${reason instanceof Error ? reason.message : String(reason)}`];
    });
    if (failures.length > 0) throw new Error(failures.join('; '));
  }

  private honestDevice(told: ReportedChange[]): DeviceFleet {
    const plan = new SpellPlan();
    return new DeviceFleet({
      url: this.stack.url,
      ledger: this.ledger,
      withRecordIds: true,
      key: this.honestKey,
      devices: HONEST_DEVICES,
      pauseMs: HONEST_PAUSE_MS,
      random: new Random(this.random.fork()),
      says: (driverId) => plan.next(driverId),
      onAcknowledged: (record, said) => {
        const change = reportedChange(record, said);
        if (change !== undefined) told.push(change);
      },
    });
  }

  private contextOf(
    { name }: HostileScenario,
    device: DeviceFleet,
    note: (event: string) => void,
  ): HostileContext {
    const { stack, ledger, page } = this;
    const apiMemory = new ProcessMemory(stack.api().pid);
    return {
      stack,
      name,
      apiMemory,
      note,
      honest: { device, ledger, page },
      random: new Random(this.random.fork()),
      keyFor: async (driverIds) => {
        const { key } = await stack.access.addKey({ name, driverIds: driverIds && [...driverIds] });
        await keyIsKnown(stack.url, key);
        return key;
      },
      signIn: (user, { from } = {}) =>
        signIn(
          stack.url,
          user,
          PASSWORDS[user],
          from === undefined ? undefined : { 'X-Forwarded-For': from },
        ),
      passwordOf: (user) => PASSWORDS[user],
      apiMemoryBytes: () => apiMemory.nowBytes,
      apiDescriptors: () => openDescriptors(stack.api().pid),
    };
  }

  /** @throws Error when the device was told something that it should not have been */
  private judgeDevice(note: NoteOf): void {
    const { ledger } = this;
    const retries = ledger.describeRetries();
    if (retries !== '') note(`the honest device sent again: ${retries}`);
    const [refused] = ledger.refused;
    require(refused ===
      undefined, `no honest record to be refused, but ${ledger.refused.length} were, such as: ${refused}`);
    require(ledger.retries('429') ===
      0, 'the honest device not to be held back (429) for what others have done');
  }

  /** @throws Error saying what the page was told wrongly */
  private async judgePage(
    mayRestart: boolean,
    acknowledged: readonly ReportedChange[],
    note: NoteOf,
  ): Promise<void> {
    const { stack, page } = this;
    const points = await storedPoints(stack, `${HONEST}%`);
    const stored = new StoredPoints(points);
    await eventually(() => {
      require(page.lastCursor > stored.lastXid, 'the page to be sent all ticks');
      const wrong = compareChanges({ acknowledged }, this.seen);
      require(wrong.length ===
        0, `the page to be told each change once, in order; ${wrong.length} were not: ${wrong.slice(0, WRONG_SHOWN).join('; ')}`);
    }, PAGE_LIMIT_MS);
    const { connections, changes } = page.counts;
    note(
      `honest: ${acknowledged.length} starts and ends acknowledged; the page was told ${changes} changes, those of others included`,
    );
    const problems = page.takeProblems(stored);
    if (!mayRestart && connections > 0) problems.push(`it lost its connection ${connections} times`);
    require(problems.length ===
      0, `nothing to be wrong with the page, but: ${problems.slice(0, WRONG_SHOWN).join('; ')}`);
  }
}

async function isReady({ url }: Stack): Promise<void> {
  await eventually(async () => {
    const response = await fetch(`${url}/health/ready`);
    require(response.ok, `the API to be ready, not ${response.status}: ${await response.text()}`);
  }, HANG_MS);
}
