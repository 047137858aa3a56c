import { expect, test } from './fixtures';
import { SAMPLE_RUN } from './summary-sample';

test('shows the last day of data, and says what there is', async ({ bucket, dashboard, page, summary }) => {
  await bucket.publish(SAMPLE_RUN);
  await page.goto('/live/separate');
  await dashboard.link('Summary').click();
  await expect(page).toHaveURL('/summary');
  await expect(page).toHaveTitle('Summary – Drivewatch');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Summary');
  await expect(dashboard.link('Summary')).toHaveAttribute('aria-current', 'page');
  await expect(
    page.getByText(
      'Records of 2016-12-20 00:00:05 to 2017-01-02 23:59:55, 1,367 records, 12 rejected, computed 2017-01-03 10:00:00 (Asia/Shanghai).',
    ),
  ).toBeVisible();
  await expect(page.getByText('2017-01-02 00:00 to 2017-01-03 00:00: 17 records of 2 drivers')).toBeVisible();
  await expect(summary.quickRange('Last day of data')).toHaveAttribute('aria-pressed', 'true');
  await expect(summary.total('Records')).toHaveText('17');
});

test('adds up the period that is picked, to the hour', async ({ bucket, page, summary }) => {
  await bucket.publish(SAMPLE_RUN);
  await page.goto('/summary');
  await summary.pick(['2017-01-01', '08:00'], ['2017-01-02', '01:00']);
  await expect(summary.total('Records')).toHaveText('253');
  await expect(summary.total('Overspeeds')).toHaveText('2');
  await expect(summary.total('Overspeed time (s)')).toHaveText('67.5');
  await expect(summary.total('Neutral slides')).toHaveText('4');
  await expect(summary.total('Neutral-slide time (s)')).toHaveText('0.375');
  await expect(summary.total('Distance (km)')).toHaveText('85.000');
  await expect(summary.total('Top speed (km/h)')).toHaveText('131');
  await expect(page.getByText('253 records of 3 drivers')).toBeVisible();

  await summary.pick(['2017-01-01', '07:00'], ['2017-01-01', '08:00']);
  await expect(summary.total('Records')).toHaveText('100');
  await expect(page.getByText('100 records of 1 driver')).toBeVisible();

  await summary.quickRange('All').click();
  await expect(summary.total('Records')).toHaveText('1,367');
  await summary.quickRange('Last 7 days').click();
  await expect(summary.total('Records')).toHaveText('367');
});

test('the address holds the period, so that it can be shared and Back works', async ({
  bucket,
  page,
  summary,
}) => {
  await bucket.publish(SAMPLE_RUN);
  await page.goto('/summary?from=2017-01-01T07&to=2017-01-01T09');
  await expect(summary.total('Records')).toHaveText('350');
  await expect(page.getByLabel('From hour')).toHaveValue('07');
  await summary.quickRange('Last 7 days').click();
  await expect(page).toHaveURL('/summary?from=2016-12-27T00&to=2017-01-03T00');
  await expect(summary.total('Records')).toHaveText('367');
  await page.goBack();
  await expect(summary.total('Records')).toHaveText('350');
  await expect(page.getByLabel('To hour')).toHaveValue('09');
});

test('says what is wrong with a period, and keeps what is shown', async ({ bucket, page, summary }) => {
  await bucket.publish(SAMPLE_RUN);
  await page.goto('/summary?from=2017-01-01T07&to=yesterday');
  await expect(page.getByRole('alert')).toContainText('The last day of data is shown instead.');
  await expect(summary.total('Records')).toHaveText('17');
  await summary.pick(['2017-01-02', '08:00'], ['2017-01-01', '08:00']);
  await expect(page.getByRole('alert')).toHaveText(/ends before it begins/);
  await summary.pick(['2017-01-02', '08:00'], ['2017-01-02', '08:00']);
  await expect(page.getByRole('alert')).toHaveText(/is empty/);
  await expect(summary.total('Records')).toHaveText('17');
  await summary.pick(['2017-01-02', '08:00'], ['2017-01-02', '09:00']);
  await expect(page.getByRole('alert')).toBeHidden();
  await expect(page.getByText('There are no records in this period.')).toBeVisible();
});

test('loads the days of the period and no others', async ({ bucket, page, summary }) => {
  await bucket.publish(SAMPLE_RUN);
  const days: string[] = [];
  page.on('request', (request) => {
    const day = /days\/(.*)\.json\.gz$/.exec(request.url())?.[1];
    if (day) days.push(day);
  });
  await page.goto('/summary');
  await expect(summary.total('Records')).toHaveText('17');
  expect(days).toEqual(['2017-01-02']);
  await summary.quickRange('Last 7 days').click();
  await expect(summary.total('Records')).toHaveText('367');
  expect(days).toEqual(['2017-01-02', '2017-01-01']);
});

test('has six charts in the order of the original, each with its table and its source file', async ({
  bucket,
  page,
  summary,
}) => {
  const { files } = await bucket.publish(SAMPLE_RUN);
  await page.goto('/summary?from=2017-01-01T00&to=2017-01-03T00');
  await expect(summary.charts).toHaveCount(6);
  const headings = ['Records', 'Fatigue behaviours', 'Neutral slides', 'Neutral-slide time (s)'];
  const all = [...headings, 'Overspeeds', 'Overspeed time (s)'];
  for (const [index, heading] of all.entries())
    await expect(summary.charts.nth(index)).toHaveAccessibleName(
      new RegExp(`^Bar chart of ${heading.replace(/[()]/g, '\\$&')} of`),
    );
  await expect(summary.chart('Records')).toHaveAccessibleName(/of 3 drivers; most: alpha with 310/);
  expect(await summary.chartTable('Records', 'Records')).toEqual([
    'alpha 华A1 310',
    'bravo =2+2 50',
    'charlie – 7',
  ]);
  expect(await summary.chartTable('Neutral-slide time', 'Neutral-slide time (s)')).toEqual([
    'charlie – 0.25',
    'bravo =2+2 0.125',
    'alpha 华A1 0',
  ]);
  const links = await page.getByRole('link', { name: 'Source file (CSV, all days)' }).all();
  const { records, fatigueRecords, neutralSlides, neutralSlideSeconds, overspeeds, overspeedSeconds } =
    files.metrics;
  const sources = [records, fatigueRecords, neutralSlides, neutralSlideSeconds, overspeeds, overspeedSeconds];
  expect(await Promise.all(links.map((link) => link.getAttribute('href')))).toEqual(
    sources.map((key) => new URL(`/cdn/${key}`, page.url()).href),
  );
});

test('the index leads to every part of the page', async ({ bucket, page, summary }) => {
  await bucket.publish(SAMPLE_RUN);
  await page.goto('/summary');
  for (const name of ['Overspeed time', 'Totals', 'Driver score', 'Records']) {
    await summary.index.getByRole('link', { name, exact: true }).click();
    const heading = page.getByRole('heading', { level: 2, name: new RegExp(`^${name}`) });
    await expect(heading).toBeFocused();
    await expect(heading).toBeInViewport();
  }
  await expect(page).toHaveURL('/summary');
});

test('a large fleet is drawn twenty drivers at a time', async ({ bucket, page, summary }) => {
  const drivers = Array.from({ length: 45 }, (_, index) => ({
    driverId: `d${index}`,
    hour: 8,
    records: index + 1,
  }));
  await bucket.publish({ days: { '2017-01-01': drivers } });
  await page.goto('/summary');
  await expect(summary.chart('Records')).toHaveAttribute('data-bar-count', '20');
  await expect(summary.chart('Records')).toHaveAccessibleName(/most: d44 with 45/);
  await page.getByRole('button', { name: 'Show 20 more drivers by Records' }).click();
  await page.getByRole('button', { name: 'Show 5 more drivers by Records' }).click();
  await expect(summary.chart('Records')).toHaveAttribute('data-bar-count', '45');
  await expect(summary.chart('Overspeeds')).toHaveAttribute('data-bar-count', '20');
});

test('opens on no day that only a wrong clock has shown, and is not stretched to one', async ({
  bucket,
  page,
  summary,
}) => {
  const dead = { '1970-01-01': [{ driverId: 'dead', hour: 0, records: 1 }] };
  const ahead = { '2099-05-01': [{ driverId: 'ahead', hour: 8, records: 1 }] };
  const reach = ['2016-12-20', '2099-05-01'] as const;
  const days = { ...dead, ...SAMPLE_RUN.days, ...ahead };
  await bucket.publish({ ...SAMPLE_RUN, days, reach, rowsDeadClock: 1 });
  await page.goto('/summary');
  await expect(summary.total('Records')).toHaveText('17');
  await expect(page.getByText('2017-01-02 00:00 to 2017-01-03 00:00')).toBeVisible();
  await expect(page.getByText('12 rejected, 1 of clocks that were never set, computed')).toBeVisible();
  await summary.quickRange('Last 7 days').click();
  await expect(summary.total('Records')).toHaveText('367');
  await summary.quickRange('All').click();
  await expect(summary.total('Records')).toHaveText('1,367');
  await expect(page.getByLabel('From date')).toHaveValue('2016-12-20');

  // A user who asks for such a day gets it.
  await summary.pick(['1970-01-01', '00:00'], ['1970-01-02', '00:00']);
  await expect(summary.listed).toHaveText(['dead']);
});

test("takes today from the server's clock, not from the browser's", async ({ bucket, page, summary }) => {
  const ahead = { '2099-05-01': [{ driverId: 'ahead', hour: 8, records: 1 }] };
  await bucket.publish({ ...SAMPLE_RUN, days: { ...SAMPLE_RUN.days, ...ahead } });
  await page.clock.install({ time: '2100-01-01T00:00:00Z' });
  await page.goto('/summary');
  await expect(page.getByText('2017-01-02 00:00 to 2017-01-03 00:00')).toBeVisible();
  await expect(summary.total('Records')).toHaveText('17');
});

test('says that today has no data if only wrong clocks have shown a day', async ({ bucket, page }) => {
  await bucket.publish({ days: { '2099-05-01': [{ driverId: 'ahead', hour: 8, records: 1 }] } });
  await page.goto('/summary');
  await expect(page.getByText('There are no records in this period.')).toBeVisible();
  await expect(page.getByLabel('To date')).not.toHaveValue(/^2099/);
});
