import { DashboardPage } from './dashboard-page';
import { expect, test } from './fixtures';

test('every open page shows an alert the moment it begins, and takes it away when it ends', async ({
  context,
  dashboard,
  newDevice,
}) => {
  const device = newDevice();
  const { driverID } = device;
  const pages = [dashboard, new DashboardPage(await context.newPage())];
  await Promise.all(pages.map(({ page }) => page.goto('/live/separate')));
  for (const { connection } of pages) await expect(connection).toHaveText('Live');

  await device.beginSpeeding('2026-03-01T00:00:05Z');
  for (const open of pages) {
    await expect(open.toast(driverID)).toContainText('08:00:05');
    await expect(open.card(driverID)).toContainText(`${driverID} is overspeeding`);
    await expect(open.card(driverID)).toContainText('since 08:00:05');
  }

  await device.endSpeeding('2026-03-01T00:01:30Z');
  for (const open of pages) {
    await expect(open.toast(driverID)).toBeHidden();
    await expect(open.card(driverID)).toBeVisible();
    await expect(open.card(driverID)).not.toContainText('overspeeding');
  }
});

test('the alert list keeps an alert as past, with start, end and duration, also after navigating away', async ({
  dashboard,
  newDevice,
  page,
}) => {
  const device = newDevice();
  const { driverID, carPlateNumber } = device;
  await page.goto('/alerts');
  await expect(dashboard.connection).toHaveText('Live');

  await device.beginSpeeding('2026-03-01 08:00:05');
  const active = dashboard.alertRows('Active', driverID);
  await expect(active).toContainText('2026-03-01 08:00:05');
  await expect(active).toContainText('Speeding');
  await expect(active).toContainText(carPlateNumber);
  await expect(dashboard.alertRows('Past', driverID)).toHaveCount(0);

  await device.endSpeeding('2026-03-01 08:01:30');
  const past = dashboard.alertRows('Past', driverID);
  const expectPast = async () => {
    await expect(past).toHaveCount(1);
    await expect(past.getByRole('cell').nth(1)).toHaveText('2026-03-01 08:00:05');
    await expect(past.getByRole('cell').nth(2)).toContainText('08:01:30');
    await expect(past.getByRole('cell').nth(3)).toHaveText('1 min 25 s');
    await expect(active).toHaveCount(0);
  };
  await expectPast();
  await dashboard.link('All').click();
  await expect(page).toHaveURL('/live/all');
  await dashboard.link('Alerts').click();
  await expectPast();
  await page.reload();
  await expectPast();
});

test('a second spell of the same driver is an alert of its own', async ({ dashboard, newDevice, page }) => {
  const device = newDevice();
  await page.goto('/alerts');
  await expect(dashboard.connection).toHaveText('Live');
  await device.beginSpeeding('2026-03-01 08:00:05');
  await device.endSpeeding('2026-03-01 08:00:05');
  await device.beginSpeeding('2026-03-01 08:00:30');
  await expect(dashboard.alertRows('Past', device.driverID)).toContainText('0 s');
  await expect(dashboard.alertRows('Active', device.driverID)).toContainText('08:00:30');
  await expect(dashboard.toast(device.driverID)).toHaveCount(1);
});

test('a spell whose records broke off is past, with an end that nobody knows', async ({
  dashboard,
  newDevice,
  page,
}) => {
  const device = newDevice();
  await page.goto('/alerts');
  await expect(dashboard.connection).toHaveText('Live');
  await device.beginSpeeding('2026-03-01 08:00:05');
  await device.post('2026-03-01 08:00:15', { Speed: '144' });
  await device.post('2026-03-01 08:00:32', { Speed: '137' });
  await expect(dashboard.alertRows('Active', device.driverID)).toHaveCount(1);
  // After a break, a record without the flag does not confirm that the driver is still speeding.
  await device.post('2026-03-03 07:00:00', { Speed: '64' });
  const past = dashboard.alertRows('Past', device.driverID);
  const expectPast = async () => {
    await expect(past.getByRole('cell').nth(2)).toHaveText('End unknown, last record at 08:00:32');
    await expect(past.getByRole('cell').nth(3)).toHaveText('at least 27 s');
    await expect(dashboard.alertRows('Active', device.driverID)).toHaveCount(0);
  };
  await expectPast();
  await page.reload();
  await expectPast();
});

test('dismissing a toast leaves the alert itself on the page', async ({ dashboard, newDevice, page }) => {
  const device = newDevice();
  const { driverID } = device;
  await page.goto('/live/separate');
  await device.beginSpeeding('2026-03-01 08:00:05');
  await page.getByRole('button', { name: `Dismiss alert of ${driverID}` }).click();
  await expect(dashboard.toast(driverID)).toBeHidden();
  await expect(dashboard.card(driverID)).toContainText(`${driverID} is overspeeding`);
});
