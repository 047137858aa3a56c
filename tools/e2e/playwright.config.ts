import { ensureProgram, SYSTEM_PROGRAMS } from '@drivewatch/embedded-services';
import { defineConfig } from '@playwright/test';
import type { StackSettings } from './test/fixtures';

/** Without a sandbox, because tests run as root in containers; and nothing that calls home. */
const BROWSER_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

// Paths of a Playwright configuration are relative to its own folder.
const REPORTS = '../../reports';

/**
 * The built dashboard in a real browser, against the built API and consumer with a real Redis and PostgreSQL. The tests
 * share one stack, a driver each; a file that sets `tickSeconds` gets a stack of its own (see test/fixtures.ts).
 */
export default defineConfig<object, StackSettings>({
  testDir: 'test',
  testMatch: '**/*.e2e-spec.ts',
  outputDir: `${REPORTS}/e2e`,
  reporter: [['list'], ['json', { outputFile: `${REPORTS}/e2e.json` }]],
  forbidOnly: true,
  retries: 0,
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    launchOptions: { executablePath: await ensureProgram(SYSTEM_PROGRAMS.chromium), args: BROWSER_ARGS },
    screenshot: 'only-on-failure',
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
    // Far from the fleet's zone, so that a time of the browser's own cannot pass for the fleet's.
    timezoneId: 'America/New_York',
  },
});
