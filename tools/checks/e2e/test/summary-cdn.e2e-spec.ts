import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { aDaySummary } from '@drivewatch/contracts/samples';
import { expect, test } from './fixtures';
import { SAMPLE_RUN } from './summary-sample';

test.describe('without files or connection', () => {
  test.use({ cutsConnection: true });

  test('tells the command to run while nothing has been published, and shows it once it has', async ({
    bucket,
    page,
    summary,
  }) => {
    await page.goto('/summary');
    await expect(page.getByRole('heading', { name: 'No summaries yet' })).toBeVisible();
    await expect(page.getByRole('region', { name: 'Command' })).toContainText(
      'npx nx run summaries:spark-submit',
    );
    await bucket.publish(SAMPLE_RUN);
    await page.getByRole('button', { name: 'Look again' }).click();
    await expect(summary.total('Records')).toHaveText('17');
  });

  test('says so when the CDN is away, tries again when asked, and leaves the rest of the app alone', async ({
    bucket,
    context,
    dashboard,
    newDevice,
    page,
    summary,
  }) => {
    await bucket.publish(SAMPLE_RUN);
    const device = newDevice();
    await context.route('**/cdn/**', (route) => route.abort());
    await page.goto('/summary');
    await expect(page.getByRole('alert')).toContainText('The summaries cannot be loaded');
    await expect(page.getByRole('alert')).toContainText('cannot be reached');
    await expect(dashboard.connection).toHaveText('Live');
    await device.post('2026-03-01 08:00:05', { Speed: '61' });
    await dashboard.link('Separate').click();
    await expect(dashboard.card(device.driverID)).toContainText('61 km/h');

    await dashboard.link('Summary').click();
    // The second try has to fail as well before the CDN comes back; the message alone would not tell.
    await Promise.all([page.waitForEvent('requestfailed'), summary.retry.click()]);
    await expect(summary.retry).toBeEnabled();
    await expect(page.getByRole('alert')).toContainText('cannot be reached');
    await context.unroute('**/cdn/**');
    await summary.retry.click();
    await expect(summary.total('Records')).toHaveText('17');
    await expect(page.getByRole('alert')).toBeHidden();
  });

  test('continues with the newest run when the one it showed is gone', async ({ bucket, page, summary }) => {
    await bucket.publish(SAMPLE_RUN);
    await page.goto('/summary');
    await expect(summary.total('Records')).toHaveText('17');
    await bucket.publish({ days: { '2017-01-01': [{ driverId: 'delta', hour: 8, records: 5 }] } });
    await summary.quickRange('All').click();
    await expect(page.getByRole('alert')).toContainText('404');
    await summary.retry.click();
    await expect(summary.total('Records')).toHaveText('5');
  });

  // Chromium keeps a page whose document was changed in transit from connecting to this machine.
  test('reads files that a CDN leaves gzipped, from the address that the page names', async ({
    bucket,
    context,
    page,
    summary,
  }) => {
    await bucket.publish(SAMPLE_RUN);
    await context.route('**/summary', async (route) => {
      const response = await route.fetch();
      const html = (await response.text()).replace(/<meta name="drivewatch-cdn"[^>]*>/, '');
      const named = html.replace(
        '</head>',
        '<meta name="drivewatch-cdn" content="https://cdn.test/fleet/" /></head>',
      );
      // These are the headers that the API itself would send with that CDN_URL.
      const sent = response.headers();
      const policy = sent['content-security-policy']?.replaceAll("'self'", "'self' https://cdn.test") ?? '';
      const headers = { ...sent, 'content-security-policy': policy };
      await route.fulfill({ response, headers, body: named });
    });
    await context.route('https://cdn.test/fleet/**', async (route) => {
      const key = new URL(route.request().url()).pathname.slice('/fleet/'.length);
      await route.fulfill({
        body: await readFile(join(bucket.folder, key)),
        headers: { 'Access-Control-Allow-Origin': '*', 'Content-Type': 'application/octet-stream' },
      });
    });
    await page.goto('/summary');
    await expect(summary.total('Records')).toHaveText('17');
    await expect(page.getByRole('link', { name: 'Every driver and hour' })).toHaveAttribute(
      'href',
      /^https:\/\/cdn\.test\/fleet\/summaries\/run=[0-9a-f]+\/hourly\.csv$/,
    );
  });
});

test('does not take numbers from a damaged file', async ({ bucket, page, summary }) => {
  const { files } = await bucket.publish(SAMPLE_RUN);
  const damaged = {
    ...aDaySummary('2017-01-02', [{ driverId: 'alpha', hour: 8, records: 10 }]),
    oilLeaks: [],
  };
  await bucket.put(files.days['2017-01-02'] ?? '', gzipSync(JSON.stringify(damaged)));
  await page.goto('/summary');
  await expect(page.getByRole('alert')).toContainText('is not what the summaries job publishes');
  await bucket.publish(SAMPLE_RUN);
  await summary.retry.click();
  await expect(summary.total('Records')).toHaveText('17');
});
