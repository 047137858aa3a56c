import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureProgram, SYSTEM_PROGRAMS } from '@drivewatch/local-services';
import { type Browser, chromium, type Page } from '@playwright/test';
import { median, printTable } from '../figures';
import { servePage } from './page-server';
import { writeSummaryBucket } from './summary-bucket';

const DASHBOARD = 'dist/apps/dashboard/browser';
const CHARTS = 6;
/** The limit from the last byte of the last day's file until all charts are drawn. */
const LIMIT_MS = 2_000;
const LOAD_LIMIT_MS = 180_000;
const MEGABYTE = 1_000_000;

/** The figures of opening the page once. */
interface PageFigures {
  /** The time from the start of the navigation to the last byte of the last day. */
  readonly lastByteMs: number;
  readonly chartsAfterLastByteMs: number;
  readonly longestTaskMs: number;
  readonly rowsInPage: number;
  readonly heapMegabytes: number;
}

export interface SummaryPageOptions {
  readonly drivers: number;
  readonly days: number;
  /** How many each drives a day. */
  readonly hours: number;
  readonly rounds: number;
}

/**
 * Opens the Summary page on a month of a large fleet in headless Chromium and prints when its charts are drawn, counted
 * from the last byte. Exits with 1 when that takes longer than it may.
 */
export async function runSummaryPageBenchmark(options: SummaryPageOptions): Promise<void> {
  const size = { drivers: options.drivers, days: options.days, hoursPerDay: options.hours };
  const bucket = await mkdtemp(join(tmpdir(), 'drivewatch-bench-'));
  let browser: Browser | undefined;
  let server: { url: string; stop: () => void } | undefined;
  try {
    console.log(`Writing ${size.drivers} drivers × ${size.days} days × ${size.hoursPerDay} hours…`);
    const { bytes, compressedBytes, manifest } = await writeSummaryBucket(bucket, size);
    server = await servePage(DASHBOARD, bucket);
    browser = await chromium.launch({
      executablePath: await ensureProgram(SYSTEM_PROGRAMS.chromium),
      // The browser has no sandbox, as in the browser tests, because they run as root in containers.
      args: ['--no-sandbox', '--disable-gpu', '--enable-precise-memory-info'],
    });
    console.log(
      `${(compressedBytes / MEGABYTE).toFixed(1)} MB over the wire, ${(bytes / MEGABYTE).toFixed(1)} MB of JSON; ` +
        `Chromium ${browser.version()}, ${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}`,
    );
    const days = Object.keys(manifest.files.days);
    const query = `from=${days[0] ?? ''}T00&to=${days.at(-1) ?? ''}T23`;
    const rounds: PageFigures[] = [];
    for (let round = 0; round < options.rounds; round += 1)
      rounds.push(await openPage(browser, `${server.url}/summary?${query}`));
    report(rounds);
  } finally {
    await browser?.close();
    server?.stop();
    await rm(bucket, { recursive: true });
  }
}

/** Opens the page in a context of its own, so that nothing is cached. */
async function openPage(browser: Browser, url: string): Promise<PageFigures> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(watchCharts, CHARTS);
    await page.goto(url);
    await page.waitForFunction(() => 'chartsDrawnMs' in window, undefined, { timeout: LOAD_LIMIT_MS });
    return await readFigures(page);
  } finally {
    await context.close();
  }
}

/**
 * Runs in the page: notes when every chart has something drawn on it, and the longest time for which the page was
 * blocked.
 */
function watchCharts(charts: number): void {
  const target = window as unknown as { chartsDrawnMs?: number; longestTaskMs: number };
  target.longestTaskMs = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries())
      target.longestTaskMs = Math.max(target.longestTaskMs, duration);
  }).observe({ type: 'longtask', buffered: true });
  const isDrawn = (canvas: HTMLCanvasElement) =>
    canvas.width > 0 &&
    canvas
      .getContext('2d')
      ?.getImageData(0, 0, canvas.width, canvas.height)
      .data.some((value) => value !== 0);
  const look = () => {
    const canvases = [...document.querySelectorAll<HTMLCanvasElement>('dw-metric-chart canvas')];
    if (canvases.length === charts && canvases.every(isDrawn)) target.chartsDrawnMs = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function readFigures(page: Page): Promise<PageFigures> {
  return await page.evaluate(() => {
    const { chartsDrawnMs, longestTaskMs } = window as unknown as {
      chartsDrawnMs: number;
      longestTaskMs: number;
    };
    const { memory } = performance as unknown as { memory: { usedJSHeapSize: number } };
    const dayEntries = performance
      .getEntriesByType('resource')
      .filter(({ name }) => name.includes('/days/')) as PerformanceResourceTiming[];
    const lastByteMs = Math.max(...dayEntries.map(({ responseEnd }) => responseEnd));
    return {
      lastByteMs,
      chartsAfterLastByteMs: chartsDrawnMs - lastByteMs,
      longestTaskMs,
      rowsInPage: document.querySelectorAll('dw-driver-table tbody tr').length,
      heapMegabytes: memory.usedJSHeapSize / 1_000_000,
    };
  });
}

function report(rounds: readonly PageFigures[]): void {
  printTable(
    ['round', 'last byte', 'charts after it', 'longest task', 'table rows in page', 'heap'],
    rounds.map((round, index) => [
      String(index + 1),
      `${round.lastByteMs.toFixed(0)} ms`,
      `${round.chartsAfterLastByteMs.toFixed(0)} ms`,
      `${round.longestTaskMs.toFixed(0)} ms`,
      String(round.rowsInPage),
      `${round.heapMegabytes.toFixed(0)} MB`,
    ]),
  );
  const chartsMs = median(rounds.map(({ chartsAfterLastByteMs }) => chartsAfterLastByteMs));
  const isReached = chartsMs <= LIMIT_MS;
  console.log(
    `charts ${chartsMs.toFixed(0)} ms after the last byte (median; at most ${LIMIT_MS}): ${isReached ? 'reached' : 'MISSED'}`,
  );
  if (!isReached) process.exitCode = 1;
}
