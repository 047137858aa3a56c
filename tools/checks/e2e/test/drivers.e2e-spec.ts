import { expect, test } from './fixtures';

test('drivers who are speeding come first', async ({ dashboard, newDevice, page }) => {
  const fleet = `order-${Date.now().toString(36)}-`;
  const [first, second, third] = ['a', 'b', 'c'].map((name) => newDevice(`${fleet}${name}`));
  if (!first || !second || !third) throw new Error('three drivers are needed');
  const order = [first, second, third];
  const expectOrder = async (devices: typeof order) => {
    await expect(dashboard.cards).toHaveCount(devices.length);
    for (const [position, { driverID }] of devices.entries())
      await expect(dashboard.cards.nth(position)).toHaveAccessibleName(driverID);
  };
  await page.goto('/live/separate');
  for (const device of order) await device.post('2026-03-01 08:00:05');
  await dashboard.search.fill(fleet);
  await expectOrder([first, second, third]);
  await third.beginSpeeding('2026-03-01 08:00:15');
  await expectOrder([third, first, second]);
  await third.endSpeeding('2026-03-01 08:00:25');
  await expectOrder([first, second, third]);
});

test('the search finds drivers by ID and by plate, on both live pages', async ({
  dashboard,
  newDevice,
  page,
}) => {
  const wanted = newDevice();
  const other = newDevice();
  await wanted.post('2026-03-01 08:00:05');
  await other.post('2026-03-01 08:00:05');
  await page.goto('/live/separate');
  await expect(dashboard.card(other.driverID)).toBeVisible();

  for (const text of [wanted.driverID.toUpperCase(), wanted.carPlateNumber.toLowerCase()]) {
    await dashboard.search.fill(text);
    await expect(dashboard.cards).toHaveCount(1);
    await expect(dashboard.card(wanted.driverID)).toBeVisible();
  }
  await dashboard.link('All').click();
  await expect(dashboard.search).toHaveValue(wanted.carPlateNumber.toLowerCase());
  await expect(dashboard.legend.getByRole('button')).toHaveText([wanted.driverID]);

  await dashboard.search.fill('nobody is called so');
  await expect(page.getByText('No driver or plate matches')).toBeVisible();
  await dashboard.search.fill('');
  await dashboard.link('Separate').click();
  await expect(dashboard.card(other.driverID)).toBeVisible();
});

test('a driver who has sent nothing for two minutes is shown as silent', async ({
  dashboard,
  newDevice,
  page,
}) => {
  const device = newDevice();
  await page.clock.install();
  await page.goto('/live/separate');
  await device.post('2026-03-01 08:00:05');
  await expect(dashboard.chart(device.driverID)).toHaveAttribute('data-point-count', '1');
  await expect(dashboard.card(device.driverID)).not.toContainText('Silent');
  // Only the time of day is changed: the timers that keep the connection alive go on undisturbed.
  await page.clock.setSystemTime(Date.now() + 150_000);
  await expect(dashboard.card(device.driverID)).toContainText('Silent for 2 min');
  await expect(dashboard.connection).toHaveText('Live');
});

test('a removed driver disappears from an open page with the alert, and comes back by sending', async ({
  dashboard,
  newDevice,
  page,
  stack,
}) => {
  const [typo, other] = [newDevice(), newDevice()];
  await page.goto('/live/separate');
  await other.post('2026-03-01 08:00:05');
  await typo.beginSpeeding('2026-03-01 08:00:05');
  await expect(dashboard.card(typo.driverID)).toContainText('overspeeding');
  await stack.removeDriver(typo.driverID);
  await expect(dashboard.card(typo.driverID)).toHaveCount(0);
  await expect(dashboard.card(other.driverID)).toBeVisible();
  await page.reload();
  await expect(dashboard.card(other.driverID)).toBeVisible();
  await expect(dashboard.card(typo.driverID)).toHaveCount(0);
  await typo.post('2026-03-01 08:00:15');
  await expect(dashboard.chart(typo.driverID)).toHaveAttribute('data-point-count', '1');
  await expect(dashboard.card(typo.driverID)).not.toContainText('overspeeding');
});
