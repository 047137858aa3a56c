import { ensureProgram, SYSTEM_PROGRAMS } from '@drivewatch/local-services';
import { defineConfig } from '@playwright/test';

/** The browser has no sandbox, because tests run as root in containers, and nothing in it may call home. */
const BROWSER_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

// Paths in a Playwright configuration are relative to its own folder.
const REPORTS = '../../../reports';

/** Only what hangs takes this long; speed on a busy machine is not what these tests check. */
const TEST_LIMIT_MS = 5 * 60_000;
const EXPECT_LIMIT_MS = 60_000;

/**
 * Tests the built dashboard in a real browser, against the built API and consumer with a real Redis and PostgreSQL. The
 * tests of a worker share one browser and one stack, each with a driver of its own (see test/fixtures.ts). There are
 * two workers, because a page, its server and its database wait for each other most of the time.
 */
export default defineConfig({
  testDir: 'test',
  testMatch: '**/*.e2e-spec.ts',
  outputDir: `${REPORTS}/e2e`,
  reporter: [['list'], ['junit', { outputFile: `${REPORTS}/e2e-e2e.xml` }]],
  forbidOnly: true,
  retries: 0,
  workers: 2,
  timeout: TEST_LIMIT_MS,
  expect: { timeout: EXPECT_LIMIT_MS },
  use: {
    launchOptions: { executablePath: await ensureProgram(SYSTEM_PROGRAMS.chromium), args: BROWSER_ARGS },
    screenshot: 'only-on-failure',
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
    // The zone is far from the fleet's, so that a time in the browser's own zone cannot pass for the fleet's.
    timezoneId: 'America/New_York',
  },
});
