import { expect, test } from './fixtures';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

test('no page scrolls sideways on a phone, with long names and an alert, and all pages are within reach', async ({
  dashboard,
  newDevice,
  page,
}) => {
  const longest = newDevice(`long-${Date.now().toString(36)}-${'x'.repeat(64)}`.slice(0, 64));
  const plate = 'W'.repeat(32);
  await longest.post('2026-03-01 08:00:05', { carPlateNumber: plate });
  await longest.beginSpeeding('2026-03-01 08:00:15', { carPlateNumber: plate });
  // The row then has every mark that a row of the table can have.
  await longest.post('1980-01-06T00:00:05Z', { carPlateNumber: plate });
  await page.goto('/');
  await expect(dashboard.toast(longest.driverID)).toBeInViewport();

  for (const name of ['All', 'Alerts', 'Separate'] as const) {
    await dashboard.link(name).tap();
    await expect(dashboard.link(name)).toHaveAttribute('aria-current', 'page');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByText(longest.driverID).first()).toBeVisible();
    await expect(dashboard.connection).toBeInViewport();
    if (name === 'All') await page.getByText('Latest values as a table').tap();
    await expect
      .poll(() => page.evaluate(() => document.documentElement.scrollWidth), { message: `width of ${name}` })
      .toBeLessThanOrEqual(390);
  }

  await expect(dashboard.search).toBeInViewport();
  await dashboard.search.fill(longest.driverID);
  await expect(dashboard.cards).toHaveCount(1);
});

test('the whole of every page can be scrolled to on a phone', async ({ dashboard, newDevice, page }) => {
  const fleet = `phone-${Date.now().toString(36)}-`;
  const devices = [1, 2, 3, 4].map((number) => newDevice(`${fleet}${number}`));
  await Promise.all(devices.map((device) => device.beginSpeeding('2026-03-01 08:00:05')));
  await page.goto('/live/separate');
  await dashboard.search.fill(fleet);
  await expect(dashboard.cards).toHaveCount(4);
  await expect(page.getByRole('alert').first()).toBeVisible();
  const last = dashboard.cards.last();
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  const isFree = () =>
    last.evaluate((card) => {
      const { left, bottom, width } = card.getBoundingClientRect();
      // Whatever is under the toasts even at the end of the page could never be read.
      return card.contains(document.elementFromPoint(left + width / 2, bottom - 4));
    });
  await expect.poll(isFree).toBe(true);
});

test('the Summary page fits a phone: only its wide table scrolls sideways', async ({
  bucket,
  dashboard,
  page,
  summary,
}) => {
  const longest = 'x'.repeat(64);
  const sample = { records: 12_345_678, overspeedSeconds: 1_234_567.125, distanceMetres: 99_000 };
  await bucket.publish({
    days: { '2017-01-01': [{ driverId: longest, hour: 8, ...sample }] },
    plates: { [longest]: 'W'.repeat(32) },
  });
  await page.goto('/');
  await dashboard.link('Summary').tap();
  await expect(summary.total('Records')).toHaveText('12,345,678');
  for (const table of await page.getByText(/ as a table$/).all()) await table.tap();
  await expect(page.getByRole('table', { name: 'Overspeed time (s)' })).toContainText(longest);
  const widthOf = () => page.evaluate(() => document.documentElement.scrollWidth);
  await expect.poll(widthOf).toBeLessThanOrEqual(390);

  const lastColumn = summary.heading('Oil leaks (per h)');
  await lastColumn.scrollIntoViewIfNeeded();
  await expect(lastColumn).toBeInViewport();
  await expect(summary.listed.first()).toBeInViewport();
  await summary.row(longest).getByRole('button').tap();
  await expect(summary.score).toBeInViewport();
  await expect.poll(widthOf).toBeLessThanOrEqual(390);
});
