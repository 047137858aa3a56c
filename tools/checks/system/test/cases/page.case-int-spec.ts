import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { ensureProgram, SYSTEM_PROGRAMS } from '@drivewatch/local-services';
import { BUILT_DASHBOARD, eventually, type Stack, startStack } from '@drivewatch/testing';
import { type Browser, chromium, type Page } from '@playwright/test';
import { runCase } from './case-files';
import { CaseSummaries, SPARK_LIMIT_MS } from './case-summaries';
import { pictureOf } from './live-picture';

describe('what a safety officer sees of it', () => {
  let fleet: CaseSummaries;
  let stack: Stack;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    fleet = await CaseSummaries.create('UTC');
    stack = await startStack({
      dashboardDir: BUILT_DASHBOARD,
      apiEnv: { PUBLIC_BUCKET: pathToFileURL(fleet.publicFolder).href },
    });
    const executablePath = await ensureProgram(SYSTEM_PROGRAMS.chromium);
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  });
  beforeEach(async () => {
    page = await browser.newPage();
  });
  afterEach(() => page.close());
  afterAll(async () => {
    await browser.close();
    await stack.stop();
    await fleet.remove();
  });

  /** Finds what the page shows, by role and name. */
  const shown = (role: Parameters<Page['getByRole']>[0], name: string | RegExp) =>
    page.getByRole(role, { name });

  it('01: the window of the chart is that of the present, and the clock that is ahead is named', async () => {
    await runCase('01-one-fast-clock-blanks-fleet-chart.sh', stack.url);
    await eventually(async () => {
      expect((await pictureOf(stack.url)).pointsOf('van1').map(({ y }) => y)).toContain(62);
    });
    await page.goto(`${stack.url}/live/all`);
    const label = await eventually(async () => {
      const text = await shown('img', /^Speeds of \d+ drivers? from/).getAttribute('aria-label');
      expect(text).toMatch(/^Speeds of 4 drivers/);
      return text ?? '';
    });
    const [, end = ''] = / to (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/.exec(label) ?? [];
    expect(Math.abs(Date.parse(`${end.replace(' ', 'T')}Z`) - Date.now())).toBeLessThan(10 * 60_000);
    await page.goto(`${stack.url}/live/separate`);
    await eventually(async () => {
      expect(await shown('article', 'gt06').innerText()).toMatch(/clock ahead by 8 h/i);
      expect(await shown('article', 'van1').innerText()).not.toMatch(/clock/i);
      expect(Number(await shown('img', /^Speed of van1/).getAttribute('data-point-count'))).toBe(8);
    });
  });

  it('07: the card has the present plate, by which its driver is found', async () => {
    await runCase('07-late-record-old-plate.sh', stack.url);
    await eventually(async () => {
      expect((await pictureOf(stack.url)).pointsOf('plate').length).toBeGreaterThan(0);
    });
    await page.goto(`${stack.url}/live/separate`);
    await shown('searchbox', 'Search drivers').fill('NEW-222');
    await eventually(async () => {
      expect(await shown('article', 'plate').innerText()).toContain('NEW-222');
    });
  });

  it('09: no two lines look alike', async () => {
    await runCase('09-same-colour.sh', stack.url);
    await page.goto(`${stack.url}/live/all`);
    const lines = page.getByRole('list', { name: 'Lines' }).getByRole('listitem');
    await eventually(async () => {
      const text = (await lines.allInnerTexts()).join(' ');
      for (const driverID of ['HK-07', 'SZ-07', 'GZ-07', 'MO-07']) expect(text).toContain(driverID);
    });
    const looks: string[] = [];
    for (const line of await lines.locator('svg line').all())
      looks.push(
        `${await line.getAttribute('stroke')} ${(await line.getAttribute('stroke-dasharray')) ?? 'solid'}`,
      );
    expect(looks.length).toBeGreaterThanOrEqual(4);
    expect(new Set(looks).size).toBe(looks.length);
  });

  it(
    '10: what is downloaded begins with a UTF-8 mark, and holds no formula',
    async () => {
      await fleet.import('10-excel-plates-and-formula.csv');
      await fleet.summarise();
      await page.goto(`${stack.url}/summary?from=2017-02-01T00&to=2017-02-02T00`);
      const downloading = page.waitForEvent('download');
      await shown('button', 'Download CSV').click();
      const text = await readFile(await (await downloading).path(), 'utf8');
      expect(text.startsWith('\ufeff')).toBe(true);
      expect(text).toContain('华A00001');
      expect(text).toContain("'=1+1");
      expect(text).not.toMatch(/(?:^|,)"?[=+@]/m);
    },
    SPARK_LIMIT_MS,
  );
});
