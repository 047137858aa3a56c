import type { Locator } from '@playwright/test';
import { expect, test } from './fixtures';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Returns the time that long ago, or ahead, as ISO 8601 without fractions. */
const fromNow = (ms: number) => `${new Date(Date.now() + ms).toISOString().slice(0, 19)}Z`;

/** Returns the range of the chart of all drivers, in minutes from now. The fleet is in Shanghai. */
async function reachOf(chart: Locator): Promise<{ fromMin: number; toMin: number }> {
  const label = (await chart.getAttribute('aria-label')) ?? '';
  const [from = '', to = ''] = label.match(/\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}/g) ?? [];
  const minutesOf = (time: string) =>
    (Date.parse(`${time.replace(' ', 'T')}+08:00`) - Date.now()) / MINUTE_MS;
  return { fromMin: minutesOf(from), toMin: minutesOf(to) };
}

test('a clock that is hours ahead moves nobody else out of sight, and is marked until it is right again', async ({
  dashboard,
  newDevice,
  page,
}) => {
  const fleet = `fast-${Date.now().toString(36)}-`;
  const [van, fast] = [newDevice(`${fleet}van`), newDevice(`${fleet}gt06`)];
  for (const seconds of [120, 110, 100]) await van.post(fromNow(-seconds * 1_000), { Speed: '41' });
  await page.goto('/live/all');
  await dashboard.search.fill(fleet);
  await fast.post(fromNow(8 * HOUR_MS), { Speed: '60' });
  await expect(dashboard.fleetChart).toHaveAttribute('data-point-count', '4');
  for (const [range, lengthMin] of [
    ['Last 5 min', 5],
    ['Last 30 min', 30],
  ] as const) {
    await dashboard.range(range).click();
    await expect(dashboard.fleetChart).toHaveAccessibleName(/Speeds of 2 drivers .* at most 60 km\/h/);
    const { fromMin, toMin } = await reachOf(dashboard.fleetChart);
    expect(Math.abs(toMin)).toBeLessThan(3);
    expect(Math.abs(fromMin + lengthMin)).toBeLessThan(3);
  }
  await page.getByText('Latest values as a table').click();
  const rowOf = (driverID: string) =>
    page.getByRole('table', { name: 'Latest values' }).getByRole('row').filter({ hasText: driverID });
  await expect(rowOf(fast.driverID)).toContainText('Clock ahead by 8 h');
  await expect(rowOf(van.driverID)).not.toContainText('Clock');

  // A single record that is hours ahead hides no present one from a page that connects afterwards.
  await van.post(fromNow(5 * HOUR_MS), { Speed: '61' });
  await expect(rowOf(van.driverID)).toContainText('Clock ahead by 5 h');
  await van.post(fromNow(0), { Speed: '62' });
  await expect(rowOf(van.driverID)).not.toContainText('Clock');
  await page.goto('/live/separate');
  await dashboard.search.fill(fleet);
  await expect(dashboard.card(fast.driverID)).toContainText('Clock ahead by 8 h');
  await expect(dashboard.chart(van.driverID)).toHaveAttribute('data-point-count', '5');
  await expect(dashboard.chart(van.driverID)).toHaveAccessibleName(/5 records of the last 10 minutes/);
  await expect(dashboard.card(van.driverID)).not.toContainText('Clock');
});

test('a dead receiver stretches no chart to its date, and is marked with it', async ({
  dashboard,
  newDevice,
  page,
}) => {
  const device = newDevice();
  await page.goto('/live/all');
  await dashboard.search.fill(device.driverID);
  await device.post(fromNow(-MINUTE_MS), { Speed: '41' });
  await device.post('1980-01-06T00:00:05Z', { Speed: '42' });
  await expect(dashboard.fleetChart).toHaveAttribute('data-point-count', '2');
  await dashboard.range('All').click();
  const { fromMin, toMin } = await reachOf(dashboard.fleetChart);
  expect(fromMin).toBeGreaterThan(-10);
  expect(Math.abs(toMin)).toBeLessThan(3);
  await dashboard.link('Separate').click();
  await expect(dashboard.card(device.driverID)).toContainText('Clock says 6 Jan 1980');
});

test('a device with a wrong clock that speeds is marked among the alerts', async ({
  dashboard,
  newDevice,
  page,
}) => {
  const device = newDevice();
  await page.goto('/alerts');
  await expect(dashboard.connection).toHaveText('Live');
  await device.post(fromNow(3 * HOUR_MS), { Speed: '131', isOverspeed: '1' });
  await expect(dashboard.alertRows('Active', device.driverID)).toContainText('Clock ahead by 3 h');
  await device.endSpeeding(fromNow(3 * HOUR_MS));
  await expect(dashboard.alertRows('Active', device.driverID)).toHaveCount(0);
});

test('a record that comes late does not take the present plate away', async ({
  dashboard,
  newDevice,
  page,
}) => {
  const device = newDevice();
  const [present, former] = ['NEW', 'OLD'].map((name) => `${name}-${Date.now().toString(36)}`);
  if (present === undefined || former === undefined) throw new Error('two plates are needed');
  await page.goto('/live/separate');
  await device.post(fromNow(0), { carPlateNumber: present, Speed: '41' });
  await expect(dashboard.card(device.driverID)).toContainText(present);
  await device.post(fromNow(-3 * HOUR_MS), { carPlateNumber: former, Speed: '42' });
  await expect(dashboard.chart(device.driverID)).toHaveAttribute('data-point-count', '2');
  await expect(dashboard.card(device.driverID)).toContainText(present);
  await dashboard.search.fill(present);
  await expect(dashboard.cards).toHaveCount(1);
  await dashboard.search.fill(former);
  await expect(page.getByText('No driver or plate matches')).toBeVisible();
});
