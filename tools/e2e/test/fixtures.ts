import { test as base } from '@playwright/test';
import { ConsoleWatch } from './console-watch';
import { CuttableLink } from './cuttable-link';
import { DashboardPage } from './dashboard-page';
import { Device } from './device';
import { type StackAccess, StackProcess } from './stack-process';
import { SummaryBucket } from './summary-bucket';
import { SummaryView } from './summary-view';

/** The zone that devices mean by a `Time` without an offset, and that the page shows. */
export const FLEET_TIME_ZONE = 'Asia/Shanghai';

/** Files with the same settings share a stack. */
export interface StackSettings {
  tickSeconds: number;
  /** Who may use the stack; open to everybody without it. */
  access: StackAccess | undefined;
}

interface WorkerFixtures extends StackSettings {
  stack: StackProcess;
}

interface TestFixtures {
  /** Whether the test takes the server, or files, away from its pages, so that the browser reports failures. */
  cutsConnection: boolean;
  consoleWatch: undefined;
  dashboard: DashboardPage;
  /** Makes a device with a driver of its own. */
  newDevice: (driverID?: string) => Device;
  link: CuttableLink;
  /** What the summaries job publishes; empty again after the test. */
  bucket: SummaryBucket;
  summary: SummaryView;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  tickSeconds: [1, { scope: 'worker', option: true }],
  access: [undefined, { scope: 'worker', option: true }],

  stack: [
    async ({ access, tickSeconds }, use) => {
      const stack = await StackProcess.start({ access, tickSeconds, timeZone: FLEET_TIME_ZONE });
      await use(stack);
      await stack.stop();
    },
    { scope: 'worker', timeout: 90_000 },
  ],

  baseURL: async ({ stack }, use) => {
    await use(stack.url);
  },

  cutsConnection: [false, { option: true }],

  // In every test: an error in the console is a failure whatever else the test looks at.
  consoleWatch: [
    async ({ context, cutsConnection }, use) => {
      const watch = new ConsoleWatch(context);
      await use(undefined);
      base.expect(watch.unexpected(cutsConnection), 'errors and warnings in the console').toEqual([]);
    },
    { auto: true },
  ],

  dashboard: async ({ page }, use) => {
    await use(new DashboardPage(page));
  },

  newDevice: async ({ access, stack }, use) => {
    const devices: Device[] = [];
    await use((driverID) => {
      const device = new Device(stack.url, driverID, access?.fleetKey);
      devices.push(device);
      return device;
    });
    for (const device of devices) await device.park();
  },

  link: async ({ stack }, use) => {
    const link = await CuttableLink.to(stack.url);
    await use(link);
    await link.close();
  },

  bucket: async ({ stack }, use) => {
    const bucket = new SummaryBucket(stack.publicFolder);
    await use(bucket);
    await bucket.clear();
  },

  summary: async ({ page }, use) => {
    await use(new SummaryView(page));
  },
});

export { expect } from '@playwright/test';
