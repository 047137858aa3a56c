import { DashboardPage } from './dashboard-page';
import { expect, test } from './fixtures';

const OFFLINE = 'Offline — reconnecting…';

test.use({ cutsConnection: true });

test('a page that was cut off catches up by itself, with nothing missing and nothing twice', async ({
  context,
  dashboard,
  link,
  newDevice,
  page,
}) => {
  const device = newDevice();
  const [begins, ends, both] = [newDevice(), newDevice(), newDevice()];
  const witness = new DashboardPage(await context.newPage());
  await witness.page.goto('/live/separate');
  await page.goto(`${link.url}/live/separate`);
  await device.post('2026-03-01 08:00:05', { Speed: '61' });
  await device.post('2026-03-01 08:00:15', { Speed: '62' });
  await ends.beginSpeeding('2026-03-01 08:00:20');
  await expect(dashboard.chart(device.driverID)).toHaveAttribute('data-point-count', '2');
  await expect(dashboard.toast(ends.driverID)).toBeVisible();

  await link.cut();
  await expect(dashboard.connection).toHaveText(OFFLINE);
  await device.post('2026-03-01 08:00:25', { Speed: '63' });
  // The same record twice counts as two records, as real devices send them.
  await device.post('2026-03-01 08:00:35', { Speed: '64' });
  await device.post('2026-03-01 08:00:35', { Speed: '64' });
  await ends.endSpeeding('2026-03-01 08:00:40');
  await both.beginSpeeding('2026-03-01 08:00:41');
  await both.endSpeeding('2026-03-01 08:00:43');
  await begins.beginSpeeding('2026-03-01 08:00:44');
  // Their ticks are over: the page has to ask for whatever it is to show of them.
  await expect(witness.chart(device.driverID)).toHaveAttribute('data-point-count', '5');
  await expect(witness.chart(begins.driverID)).toHaveAttribute('data-point-count', '1');
  await expect(dashboard.chart(device.driverID)).toHaveAttribute('data-point-count', '2');
  await expect(dashboard.connection).toHaveText(OFFLINE);

  await link.restore();
  await expect(dashboard.connection).toHaveText('Live');
  await expect(dashboard.chart(device.driverID)).toHaveAttribute('data-point-count', '5');
  await expect(dashboard.toast(begins.driverID)).toContainText('08:00:44');
  await expect(dashboard.toast(ends.driverID)).toBeHidden();
  await expect(dashboard.toast(both.driverID)).toBeHidden();
  await device.post('2026-03-01 08:00:45', { Speed: '65' });
  await expect(dashboard.chart(device.driverID)).toHaveAttribute('data-point-count', '6');
  await expect(dashboard.chart(both.driverID)).toHaveAttribute('data-point-count', '2');

  await dashboard.link('Alerts').click();
  await expect(dashboard.alertRows('Active', begins.driverID)).toHaveCount(1);
  await expect(dashboard.alertRows('Past', ends.driverID)).toHaveCount(1);
  await expect(dashboard.alertRows('Past', ends.driverID)).toContainText('20 s');
  await expect(dashboard.alertRows('Past', both.driverID)).toHaveCount(1);
  await expect(dashboard.alertRows('Past', both.driverID)).toContainText('2 s');
});

test('the page comes back after the API has crashed, with nothing missing and nothing twice', async ({
  dashboard,
  newDevice,
  page,
  stack,
}) => {
  const device = newDevice();
  const speeder = newDevice();
  await page.goto('/live/separate');
  await device.post('2026-03-01 08:00:05', { Speed: '61' });
  await speeder.beginSpeeding('2026-03-01 08:00:05');
  await expect(dashboard.chart(device.driverID)).toHaveAttribute('data-point-count', '1');
  await expect(dashboard.toast(speeder.driverID)).toBeVisible();

  // These are accepted by the API that is about to go, and not yet sent to the page.
  await Promise.all([15, 25, 35].map((second) => device.post(`2026-03-01 08:00:${second}`, { Speed: '62' })));
  await stack.crashApi();
  await expect(dashboard.connection).toHaveText(OFFLINE);
  await expect(dashboard.card(device.driverID)).toBeVisible();

  await stack.startApi();
  await speeder.endSpeeding('2026-03-01 08:00:50');
  await device.post('2026-03-01 08:00:45', { Speed: '63' });
  await expect(dashboard.connection).toHaveText('Live');
  await expect(dashboard.card(device.driverID)).toContainText('63 km/h');
  await expect(dashboard.chart(device.driverID)).toHaveAttribute('data-point-count', '5');
  await expect(dashboard.toast(speeder.driverID)).toBeHidden();
  await dashboard.link('Alerts').click();
  await expect(dashboard.alertRows('Past', speeder.driverID)).toHaveCount(1);
  await expect(dashboard.alertRows('Past', speeder.driverID)).toContainText('45 s');
});
