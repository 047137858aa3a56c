import type { Locator } from '@playwright/test';
import { expect, test } from './fixtures';

test("a driver's chart gains points at a tick, and the card follows the newest record", async ({
  dashboard,
  newDevice,
  page,
}) => {
  const device = newDevice();
  const { driverID, carPlateNumber } = device;
  await page.goto('/live/separate');
  await device.post('2026-03-01T00:00:05Z', { Speed: '61' });
  await expect(dashboard.chart(driverID)).toHaveAttribute('data-point-count', '1');
  await expect(dashboard.card(driverID)).toContainText(carPlateNumber);
  await expect(dashboard.card(driverID)).toContainText('61 km/h');
  await expect(dashboard.card(driverID)).toContainText('2026-03-01 08:00:05');

  await device.post('2026-03-01T00:00:15Z', { Speed: '64' });
  await device.post('2026-03-01T00:00:15Z', { Speed: '64' });
  await expect(dashboard.chart(driverID)).toHaveAttribute('data-point-count', '3');
  await expect(dashboard.card(driverID)).toContainText('64 km/h');
  await expect(dashboard.card(driverID)).toContainText('2026-03-01 08:00:15');
});

test('the chart of all drivers gains points at a tick', async ({ dashboard, newDevice, page }) => {
  const device = newDevice();
  await page.goto('/live/all');
  await device.post('2026-03-01 08:00:05');
  await dashboard.search.fill(device.driverID);
  await expect(dashboard.fleetChart).toHaveAttribute('data-point-count', '1');
  await device.post('2026-03-01 08:00:15');
  await device.post('2026-03-01 08:00:25');
  await expect(dashboard.fleetChart).toHaveAttribute('data-point-count', '3');
});

test('the chart of all drivers shows the period that is chosen, and zooms and pans within it', async ({
  dashboard,
  newDevice,
  page,
}) => {
  const device = newDevice();
  await page.goto('/live/all');
  await expect(dashboard.connection).toHaveText('Live');
  // This is later than the records of every other test: periods are counted back from the newest one.
  await device.post('2026-03-02 07:00:00');
  await device.post('2026-03-02 08:00:00');
  await dashboard.search.fill(device.driverID);
  await expect(dashboard.fleetChart).toHaveAttribute('data-point-count', '2');
  const expectPeriod = (from: string, to: string) =>
    expect(dashboard.fleetChart).toHaveAccessibleName(
      new RegExp(`from 2026-03-02 ${from} to 2026-03-02 ${to}`),
    );

  await dashboard.range('Last 5 min').click();
  await expect(dashboard.range('Last 5 min')).toHaveAttribute('aria-pressed', 'true');
  await expectPeriod('07:55:00', '08:00:00');
  await dashboard.range('Last 30 min').click();
  await expect(dashboard.range('Last 5 min')).toHaveAttribute('aria-pressed', 'false');
  await expectPeriod('07:30:00', '08:00:00');
  await dashboard.range('All').click();
  await expectPeriod('07:00:00', '08:00:00');

  await page.getByRole('button', { name: 'Zoom in' }).click();
  await expectPeriod('07:15:00', '07:45:00');
  await page.getByRole('button', { name: 'Earlier' }).click();
  await expectPeriod('07:07:30', '07:37:30');
  await page.getByRole('button', { name: 'Reset zoom' }).click();
  await expectPeriod('07:00:00', '08:00:00');

  await dashboard.fleetChart.hover();
  // A wheel turns more than once; the first turn may hit a chart that is being redrawn.
  await expect(async () => {
    await page.mouse.wheel(0, -300);
    await expect(dashboard.fleetChart).not.toHaveAccessibleName(/07:00:00 to 2026-03-02 08:00:00/, {
      timeout: 1_000,
    });
  }).toPass({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Reset zoom' }).click();
  await expectPeriod('07:00:00', '08:00:00');
});

test("a driver keeps its line's colour when other drivers come and after a reload", async ({
  dashboard,
  newDevice,
  page,
}) => {
  const fleet = `fleet-${Date.now().toString(36)}-`;
  const first = newDevice(`${fleet}5`);
  const lineOf = (driverID: string) =>
    dashboard.legend.getByRole('button', { name: driverID }).locator('line');
  const colourOf = async (driverID: string) =>
    await lineOf(driverID).evaluate((line) => getComputedStyle(line).stroke);

  await page.goto('/live/all');
  // The search comes first, so that these drivers are never in view together with those of other tests, which may look
  // like them.
  await dashboard.search.fill(fleet);
  await first.post('2026-03-01 08:00:05');
  await expect(lineOf(first.driverID)).toHaveCount(1);
  const colour = await colourOf(first.driverID);
  expect(colour).toMatch(/^rgb/);

  const others = [0, 1, 2, 3, 4, 6, 7, 8, 9].map((number) => newDevice(`${fleet}${number}`));
  await Promise.all(others.map((other) => other.post('2026-03-01 08:00:05')));
  await expect(dashboard.legend.getByRole('listitem')).toHaveCount(10);
  expect(await colourOf(first.driverID)).toBe(colour);
  const colours = await Promise.all([first, ...others].map(({ driverID }) => colourOf(driverID)));
  expect(new Set(colours).size).toBe(10);

  await page.reload();
  await dashboard.search.fill(fleet);
  await expect(dashboard.legend.getByRole('listitem')).toHaveCount(10);
  expect(await Promise.all([first, ...others].map(({ driverID }) => colourOf(driverID)))).toEqual(colours);
});

test('drivers whose IDs end alike have lines that differ, in the legend and in the table, and keep them', async ({
  dashboard,
  newDevice,
  page,
}) => {
  const fleet = `depot-${Date.now().toString(36)}-`;
  const ids = ['SZ-07', 'HK-07', 'MO-47', 'GZ-07'].map((name) => `${fleet}${name}`);
  const devices = ids.map((id) => newDevice(id));
  const looksIn = (rows: Locator) =>
    rows
      .locator('line')
      .evaluateAll((lines) =>
        lines.map((line) => [line.getAttribute('stroke'), line.getAttribute('stroke-dasharray')].join(' ')),
      );
  const expectedLooks = async () => {
    await expect(dashboard.legend.getByRole('listitem')).toHaveCount(4);
    const looks = await looksIn(dashboard.legend);
    expect(new Set(looks).size).toBe(4);
    return looks;
  };

  await page.goto('/live/all');
  await dashboard.search.fill(fleet);
  // They come one after the other, as on a day at work: the first has the style of its ID, and keeps it.
  for (const [position, device] of devices.entries()) {
    await device.post('2026-03-01 08:00:05');
    await expect(dashboard.legend.getByRole('listitem')).toHaveCount(position + 1);
  }
  const looks = await expectedLooks();
  await page.getByText('Latest values as a table').click();
  expect(await looksIn(page.getByRole('table', { name: 'Latest values' }))).toEqual(looks);

  await dashboard.link('Separate').click();
  await expect(dashboard.cards).toHaveCount(4);
  await dashboard.search.fill(`${fleet}gz`);
  await dashboard.link('All').click();
  await expect(dashboard.legend.getByRole('listitem')).toHaveCount(1);
  expect(await looksIn(dashboard.legend)).toEqual(looks.slice(0, 1));
  await dashboard.search.fill(fleet);
  expect(await expectedLooks()).toEqual(looks);

  await page.reload();
  await dashboard.search.fill(fleet);
  expect(await expectedLooks()).toEqual(looks);
});
