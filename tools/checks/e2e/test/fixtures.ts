import { test as base } from '@playwright/test';
import { ConsoleWatch } from './console-watch';
import { CuttableLink } from './cuttable-link';
import { DashboardPage } from './dashboard-page';
import { Device } from './device';
import { GUARDED_ACCESS } from './guarded-access';
import { StackProcess } from './stack-process';
import { SummaryBucket } from './summary-bucket';
import { SummaryView } from './summary-view';

/** The zone that devices mean by a `Time` without an offset, and that the page shows. */
export const FLEET_TIME_ZONE = 'Asia/Shanghai';
/** Longer than the limits of everything that starting and stopping it involves. */
const STACK_LIMIT_MS = 10 * 60_000;

interface WorkerFixtures {
  stack: StackProcess;
}

interface TestFixtures {
  /** Whether the test's pages and devices use the API that asks for keys and sign-in. */
  isGuarded: boolean;
  /** Whether the test takes the server, or files, away from its pages, so that the browser reports failures. */
  cutsConnection: boolean;
  consoleWatch: undefined;
  dashboard: DashboardPage;
  /** Makes a device with a driver of its own. */
  newDevice: (driverID?: string) => Device;
  link: CuttableLink;
  /** What the summaries job publishes; emptied after the test. */
  bucket: SummaryBucket;
  summary: SummaryView;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  stack: [
    async ({}, use) => {
      const guardedAccess = GUARDED_ACCESS;
      const stack = await StackProcess.start({ guardedAccess, tickSeconds: 1, timeZone: FLEET_TIME_ZONE });
      await use(stack);
      await stack.stop();
    },
    { scope: 'worker', timeout: STACK_LIMIT_MS },
  ],

  isGuarded: [false, { option: true }],

  baseURL: async ({ isGuarded, stack }, use) => {
    await use(isGuarded ? await stack.guardedUrl() : stack.url);
  },

  cutsConnection: [false, { option: true }],

  // Every test has it: an error in the console is a failure whatever else the test checks.
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

  newDevice: async ({ baseURL, isGuarded }, use) => {
    const devices: Device[] = [];
    await use((driverID) => {
      const device = new Device(baseURL ?? '', driverID, isGuarded ? GUARDED_ACCESS.fleetKey : undefined);
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
