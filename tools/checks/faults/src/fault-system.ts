import { writeFile } from 'node:fs/promises';
import { Random } from '@drivewatch/testing/random';
import { type Stack, startStack } from '@drivewatch/testing';
import { beforeExit } from './disturb/before-exit';
import { FaultyLink } from './disturb/faulty-link';
import { Consumers, type FaultContext } from './fault-context';
import { audit, type Findings } from './load/audit';
import { DeviceFleet } from './load/device-fleet';
import { Ledger } from './load/ledger';
import { storedRows } from './load/stored-rows';
import type { FaultOptions } from './options';
import type { PlannedRun } from './plan';
import { HANG_MS, queueDrains, recordsFlow } from './scenarios/watch';
import type { Tempo } from './tempo';

/** The system with devices that post to it, a bad network in between, and a ledger beside it. */
export class FaultSystem {
  private readonly forget: () => void;

  private constructor(
    readonly stack: Stack,
    private readonly link: FaultyLink,
    private readonly fleet: DeviceFleet,
    private readonly ledger: Ledger,
    private readonly withRecordIds: boolean,
    private readonly tempo: Tempo,
  ) {
    this.forget = beforeExit(() => this.stop());
  }

  static async start(
    { seed, recordIds }: Pick<FaultOptions, 'seed' | 'recordIds'>,
    tempo: Tempo,
  ): Promise<FaultSystem> {
    const { consumers, lockSeconds, pauseMs, enoughRecords } = tempo;
    const stack = await startStack({
      isDurable: true,
      consumers,
      tickSeconds: 1,
      env: { JOB_LOCK_SECONDS: String(lockSeconds) },
    });
    const random = new Random(seed);
    const link = await FaultyLink.to(stack.url, new Random(random.fork()));
    const ledger = new Ledger(enoughRecords);
    const fleet = new DeviceFleet({
      url: link.url,
      ledger,
      random: new Random(random.fork()),
      withRecordIds: recordIds,
      pauseMs,
    });
    return new FaultSystem(stack, link, fleet, ledger, recordIds, tempo);
  }

  /**
   * Runs one scenario under load, lets everything drain, and compares the ledger with the table.
   *
   * @param note receives what happened
   * @throws Error when the fault did not take effect, or the system did not recover
   */
  async run(
    { scenario, seconds, name, random }: PlannedRun,
    note: (event: string) => void,
  ): Promise<Findings> {
    const { stack, link, ledger, tempo } = this;
    const context: FaultContext = {
      stack,
      link,
      ledger,
      random,
      seconds,
      tempo,
      note,
      consumers: new Consumers(stack),
      driverId: `${name}/queue`,
    };
    ledger.beginChapter();
    this.fleet.start(name);
    await recordsFlow(context);
    await scenario.act(context);
    await this.fleet.settle(HANG_MS);
    const retries = ledger.describeRetries();
    if (retries !== '') note(`sent again: ${retries}`);
    const [refused] = ledger.refused;
    if (refused !== undefined)
      throw new Error(`${ledger.refused.length} records were refused, such as: ${refused}`);
    await this.drain();
    return audit(ledger.ofChapter(), await storedRows(stack, `${name}/%`), this.withRecordIds);
  }

  /** Audits all records of all scenarios once more: none may have appeared or disappeared since. */
  async auditEverything(): Promise<Findings> {
    return audit(this.ledger.all(), await storedRows(this.stack, '%'), this.withRecordIds);
  }

  /** Ends everything, whatever state it is in. */
  async stop(): Promise<void> {
    this.forget();
    await this.fleet.abandon();
    await this.link.close();
    await this.stack.stop();
  }

  /** Saves the last output of the apps, for finding out what went wrong. */
  async saveOutputs(file: string): Promise<void> {
    const { stack } = this;
    const outputs = [stack.api().output, ...stack.consumers.map(({ output }) => output)];
    await writeFile(file, outputs.join('\n----------\n'));
  }

  private async drain(): Promise<void> {
    await queueDrains(this);
    const failed = await this.stack.queue().getFailedCount();
    if (failed > 0) throw new Error(`${failed} jobs failed`);
  }
}
