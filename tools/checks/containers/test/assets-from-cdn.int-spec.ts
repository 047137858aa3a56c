import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { ensureProgram, freePort, SYSTEM_PROGRAMS } from '@drivewatch/local-services';
import { BUILT_DASHBOARD, type EdgeCache, type Stack, startEdgeCache, startStack } from '@drivewatch/testing';
import { type Browser, chromium } from '@playwright/test';

const run = promisify(execFile);

describe('a dashboard whose CDN_URL is another server', () => {
  let stack: Stack;
  let edge: EdgeCache;
  let browser: Browser;
  beforeAll(async () => {
    const port = await freePort();
    stack = await startStack({
      consumers: 0,
      dashboardDir: BUILT_DASHBOARD,
      apiEnv: { CDN_URL: `http://127.0.0.1:${port}` },
    });
    edge = await startEdgeCache(`${stack.url}/cdn/`, port);
    browser = await chromium.launch({
      executablePath: await ensureProgram(SYSTEM_PROGRAMS.chromium),
      args: ['--no-sandbox', '--disable-gpu'],
    });
  });
  afterAll(async () => {
    await browser.close();
    await edge.stop();
    await stack.stop();
  });

  it('loads every script and style from there, also those that a page needs later', async () => {
    const { stdout } = await run(process.execPath, ['dist/tools/cli/main.mjs', 'publish-assets'], {
      env: { PUBLIC_BUCKET: pathToFileURL(stack.publicFolder).href },
    });
    expect(stdout).toMatch(/assets\/: [1-9]\d* files written, 0 unchanged\n$/);

    const page = await browser.newPage();
    const problems: string[] = [];
    const loaded: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('requestfinished', (request) => {
      if (/\.(?:js|css|svg|woff2)$/.test(new URL(request.url()).pathname)) loaded.push(request.url());
    });
    await page.goto(stack.url);
    await page.getByRole('status', { name: 'Connection' }).getByText('Live').waitFor();
    const atFirst = loaded.length;
    await page.getByRole('link', { name: 'Alerts' }).click();
    await page.getByRole('heading', { level: 1, name: 'Alerts' }).waitFor();

    expect(atFirst).toBeGreaterThan(2);
    expect(loaded.length).toBeGreaterThan(atFirst);
    expect(loaded.filter((url) => !url.startsWith(`${edge.url}assets/`))).toEqual([]);
    expect(problems).toEqual([]);
  });
});
