import { readFile } from 'node:fs/promises';
import { expect, test } from './fixtures';
import { SAMPLE_RUN } from './summary-sample';

const BOTH_DAYS = '/summary?from=2017-01-01T00&to=2017-01-03T00';

test('sorts drivers by any column, and says how', async ({ bucket, page, summary }) => {
  await bucket.publish(SAMPLE_RUN);
  await page.goto(BOTH_DAYS);
  await expect(summary.listed).toHaveText(['alpha', 'bravo', 'charlie']);
  await expect(summary.heading('Driver')).toHaveAttribute('aria-sort', 'ascending');

  await summary.heading('Neutral slides').getByRole('button').click();
  await expect(summary.listed).toHaveText(['bravo', 'charlie', 'alpha']);
  await expect(summary.heading('Neutral slides')).toHaveAttribute('aria-sort', 'descending');
  await expect(summary.heading('Driver')).not.toHaveAttribute('aria-sort');
  await summary.heading('Neutral slides').getByRole('button').click();
  await expect(summary.listed).toHaveText(['alpha', 'charlie', 'bravo']);

  // The driver charlie drove no distance, so charlie has no rate and comes last in either direction.
  await summary.heading('Neutral slides (per 100 km)').getByRole('button').click();
  await expect(summary.listed).toHaveText(['bravo', 'alpha', 'charlie']);
  await expect(summary.row('bravo')).toContainText('12.00');
  await summary.heading('Neutral slides (per 100 km)').getByRole('button').click();
  await expect(summary.listed).toHaveText(['alpha', 'bravo', 'charlie']);
});

test('finds drivers by ID or plate, and hides columns that are not wanted', async ({
  bucket,
  page,
  summary,
}) => {
  await bucket.publish(SAMPLE_RUN);
  await page.goto(BOTH_DAYS);
  await summary.search.fill('华a1');
  await expect(summary.listed).toHaveText(['alpha']);
  await expect(page.getByRole('status').filter({ hasText: '1 of 3 drivers' })).toBeVisible();
  await summary.search.fill('CHAR');
  await expect(summary.listed).toHaveText(['charlie']);
  await summary.search.fill('nobody');
  await expect(page.getByText('No driver or plate matches “nobody”.')).toBeVisible();

  await summary.search.fill('');
  await expect(summary.heading('Oil leaks (per h)')).toHaveCount(1);
  await page
    .getByRole('group', { name: 'Columns' })
    .getByRole('button', { name: 'Per driving hour' })
    .click();
  await expect(summary.heading('Oil leaks (per h)')).toHaveCount(0);
  await expect(summary.heading('Oil leaks')).toHaveCount(1);
});

test('downloads the rows and columns that are shown, in their order', async ({ bucket, page, summary }) => {
  await bucket.publish(SAMPLE_RUN);
  await page.goto('/summary?from=2017-01-01T00&to=2017-01-02T00');
  const columns = page.getByRole('group', { name: 'Columns' });
  await columns.getByRole('button', { name: 'Per 100 km' }).click();
  await columns.getByRole('button', { name: 'Per driving hour' }).click();
  await summary.heading('Records').getByRole('button').click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download CSV' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('drivers-2017-01-01T00-to-2017-01-02T00.csv');
  // The byte order mark makes Excel read 华 correctly.
  expect(await readFile(await download.path(), 'utf8')).toBe(
    [
      '\ufeffDriver,Plate,Score,Records,Distance (km),Driving time (s),Top speed (km/h),Mean speed (km/h),Rapid speed-ups,' +
        'Rapid slow-downs,Neutral slides,Neutral slides finished,Neutral-slide time (s),Overspeeds,' +
        'Overspeeds finished,Overspeed time (s),Fatigue behaviours,Throttle stops,Oil leaks',
      'alpha,华A1,85.1,300,70,4500,131,0,7,0,0,0,0,3,0,90,4,0,0',
      "bravo,'=2+2,n/a,50,25,0,0,0,0,0,3,0,0.125,0,0,0,0,0,0",
      '',
    ].join('\r\n'),
  );

  await summary.search.fill('bravo');
  const second = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download CSV' }).click();
  const lines = (await readFile(await (await second).path(), 'utf8')).trim().split('\r\n');
  expect(lines.map((line) => line.slice(0, 5))).toEqual(['Drive', 'bravo']);
});

test('explains the score, and how each driver came by it', async ({ bucket, page, summary }) => {
  await bucket.publish(SAMPLE_RUN);
  await page.goto('/summary?from=2017-01-01T00&to=2017-01-02T00');
  const weights = page.getByRole('table', { name: 'Weights of the score' });
  await expect(weights.getByRole('row', { name: 'Fatigue behaviours (per 100 km)' })).toContainText('0.5');
  await expect(page.getByRole('link', { name: /Samsara/ })).toBeVisible();
  await expect(page.getByRole('link', { name: /Geotab/ })).toBeVisible();

  await expect(summary.row('bravo')).toContainText('n/a');
  await summary.row('alpha').getByRole('button', { name: 'Score of alpha: 85.1; how it came about' }).click();
  await expect(summary.score).toBeVisible();
  await expect(summary.score.getByRole('heading')).toHaveText('Score of alpha: 85.1');
  await expect(summary.score).toContainText('70 km and 4,500 s of driving');
  // The row shows 7 in 70 km; the next ones 4 in 70 km at half weight, and 90 s of 4,500 s.
  await expect(summary.score.getByRole('row', { name: 'Rapid speed-ups' })).toHaveText(
    /10\.00 per 100 km\s*× 1\s*10\.00/,
  );
  await expect(summary.score.getByRole('row', { name: 'Fatigue' })).toHaveText(
    /5\.71 per 100 km\s*× 0\.5\s*2\.86/,
  );
  await expect(summary.score.getByRole('row', { name: 'overspeeding' })).toHaveText(/2\.00 %\s*× 1\s*2\.00/);
  await expect(summary.score).toContainText('100 − 14.86 = 85.1');
  await page.keyboard.press('Escape');
  await expect(summary.score).toBeHidden();
});

test('keeps only the rows in view in the page, whatever the size of the fleet', async ({
  bucket,
  page,
  summary,
}) => {
  const drivers = Array.from({ length: 2_000 }, (_, index) => ({
    driverId: `d${index}`,
    hour: 8,
    records: 1,
  }));
  await bucket.publish({ days: { '2017-01-01': drivers } });
  await page.goto('/summary');
  await expect(summary.listed.first()).toHaveText('d0');
  expect(await summary.listed.count()).toBeLessThan(60);
  const table = page.getByRole('region', { name: 'Table of drivers' });
  await table.scrollIntoViewIfNeeded();
  await table.evaluate((element) => {
    element.scrollTop = element.scrollHeight;
  });
  await expect(summary.listed.last()).toHaveText('d1999');
  await expect(summary.row('d1999')).toHaveAttribute('aria-rowindex', '2001');
  await expect(summary.row('d1999')).toBeInViewport();
  expect(await summary.listed.count()).toBeLessThan(60);
  await summary.search.fill('d1234');
  await expect(summary.listed).toHaveText(['d1234']);
});
