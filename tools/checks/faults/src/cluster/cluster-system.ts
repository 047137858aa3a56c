import { freePort } from '@drivewatch/local-services';
import { Random } from '@drivewatch/testing/random';
import { type AppProcess, eventually, RedisCable, type Stack, startStack } from '@drivewatch/testing';
import { beforeExit } from '../disturb/before-exit';
import { audit, type Findings } from '../load/audit';
import { DeviceFleet } from '../load/device-fleet';
import { Ledger } from '../load/ledger';
import { storedPoints, storedRows } from '../load/stored-rows';
import { HANG_MS, queueDrains, recordsFlow } from '../scenarios/watch';
import type { Extent } from './extent';
import { LivePage } from '../load/live-page';
import { StoredPoints } from '../load/point-sum';

const CONSUMERS = 2;

/** One of the APIs, always on the same port. */
export interface ApiInstance {
  readonly name: string;
  readonly crash: () => Promise<void>;
  /** @returns the exit code */
  readonly stop: () => Promise<number | null>;
  readonly start: () => Promise<void>;
}

/** Two APIs and two consumers under load, with pages on both APIs. */
export class ClusterSystem {
  private readonly forget: () => void;
  private readonly pages: LivePage[] = [];

  private constructor(
    readonly stack: Stack,
    /** The cable between the second API and Redis. */
    readonly cable: RedisCable,
    readonly apis: readonly [ApiInstance, ApiInstance],
    readonly urls: readonly [string, string],
    private readonly fleets: readonly DeviceFleet[],
    readonly ledger: Ledger,
    /** Draws everything that is left to chance. */
    readonly random: Random,
  ) {
    this.forget = beforeExit(() => this.stop());
  }

  /** Starts the system with half of the pages on each API. */
  static async start(
    seed: number,
    { pages, tempo: { lockSeconds, pauseMs, enoughRecords } }: Pick<Extent, 'pages' | 'tempo'>,
  ): Promise<ClusterSystem> {
    const random = new Random(seed);
    const stack = await startStack({
      isDurable: true,
      consumers: CONSUMERS,
      tickSeconds: 1,
      env: { JOB_LOCK_SECONDS: String(lockSeconds) },
    });
    const cable = await RedisCable.to(stack.redisUrl);
    const port = await freePort();
    const startSecond = async (): Promise<AppProcess> =>
      (await stack.startFurtherApi({ PORT: String(port), REDIS_URL: cable.url })).process;
    let second = await startSecond();
    const apis = [
      {
        name: 'the first API',
        crash: () => stack.api().crash(),
        stop: () => stack.api().stop(),
        start: () => stack.startApi(),
      },
      {
        name: 'the second API',
        crash: () => second.crash(),
        stop: () => second.stop(),
        start: async () => {
          second = await startSecond();
        },
      },
    ] as const;
    const urls = [stack.url, `http://127.0.0.1:${port}`] as const;
    const ledger = new Ledger(enoughRecords);
    const fleets = urls.map(
      (url) =>
        new DeviceFleet({ url, ledger, random: new Random(random.fork()), withRecordIds: true, pauseMs }),
    );
    const system = new ClusterSystem(stack, cable, apis, urls, fleets, ledger, random);
    for (let count = 0; count < pages; count += 1) system.openPage(count);
    await system.pagesAreConnected();
    return system;
  }

  /**
   * Runs one scenario under load, lets everything drain, and checks what was stored and what every page was sent.
   *
   * @throws Error when the fault did not take effect, the system did not recover, or a page was told something twice or
   * not at all
   */
  async run(name: string, act: () => Promise<void>, note: (event: string) => void): Promise<Findings> {
    const { ledger } = this;
    ledger.beginChapter();
    for (const [index, fleet] of this.fleets.entries()) fleet.start(`${name}/${index}`);
    await recordsFlow({ ledger });
    await act();
    for (const fleet of this.fleets) await fleet.settle(HANG_MS);
    const retries = ledger.describeRetries();
    if (retries !== '') note(`sent again: ${retries}`);
    const [refused] = ledger.refused;
    if (refused !== undefined)
      throw new Error(`${ledger.refused.length} records were refused, such as: ${refused}`);
    await queueDrains(this);
    await this.judgePages(note);
    return audit(ledger.ofChapter(), await storedRows(this.stack, `${name}/%`), true);
  }

  /** Returns how many alerts the pages show, once all of them show the same number. */
  async openAlerts(): Promise<number> {
    await eventually(() => {
      const counts = new Set(this.pages.map(({ openDrivers }) => openDrivers.size));
      if (counts.size !== 1) throw new Error(`Pages show ${[...counts].join(', ')} open alerts`);
    }, HANG_MS);
    return this.pages[0]?.openDrivers.size ?? 0;
  }

  async stop(): Promise<void> {
    this.forget();
    for (const page of this.pages) page.close();
    for (const fleet of this.fleets) await fleet.abandon();
    await this.apis[1].stop();
    await this.cable.close();
    await this.stack.stop();
  }

  private openPage(index: number): LivePage {
    const urls = index % 2 === 0 ? this.urls : [...this.urls].reverse();
    const page = new LivePage(urls, this.random);
    this.pages.push(page);
    return page;
  }

  async pagesAreConnected(): Promise<void> {
    await eventually(() => {
      const away = this.pages.filter(({ isConnected }) => !isConnected).length;
      if (away > 0) throw new Error(`${away} of ${this.pages.length} pages are not connected`);
    }, HANG_MS);
  }

  /** @throws Error saying what pages were sent wrongly */
  private async judgePages(note: (event: string) => void): Promise<void> {
    await this.pagesAreConnected();
    const stored = new StoredPoints(await storedPoints(this.stack, '%'));
    // All pages, including the new ones, reach the same state in the end.
    const newcomers = [this.openPage(0), this.openPage(1)];
    await eventually(() => {
      const behind = this.pages.filter(({ lastCursor }) => lastCursor <= stored.lastXid).length;
      if (behind > 0) throw new Error(`${behind} pages have not been sent all ticks`);
      const ids = new Set(this.pages.map(({ lastAlertId }) => lastAlertId));
      if (ids.size > 1) throw new Error(`Pages know alerts up to ${[...ids].join(', ')}`);
    }, HANG_MS);
    await this.openAlerts();
    const expected = [...(newcomers[0]?.openDrivers ?? [])].sort().join();
    const connections = this.pages.reduce((sum, page) => sum + page.counts.connections, 0);
    const changes = Math.max(...this.pages.map((page) => page.counts.changes));
    const wrong = this.pages.flatMap((page, index) => {
      const problems = page.takeProblems(stored);
      if ([...page.openDrivers].sort().join() !== expected)
        problems.push('other open alerts than a new page');
      return problems.map((problem) => `page ${index}: ${problem}`);
    });
    for (const page of newcomers) {
      page.close();
      this.pages.splice(this.pages.indexOf(page), 1);
    }
    note(`${this.pages.length} pages, ${connections} connections, ${changes} changes of alerts each`);
    if (wrong.length > 0) throw new Error(`${wrong.length} things wrong: ${wrong.slice(0, 3).join('; ')}`);
  }
}
