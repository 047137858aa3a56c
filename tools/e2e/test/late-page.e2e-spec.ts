import { DashboardPage } from './dashboard-page';
import { expect, test } from './fixtures';

// Longer than any test: what a page shows, it was not told by a tick. (The first record ever is not kept waiting.)
test.use({ tickSeconds: 3600 });

test('a page that connects late shows recent speeds and who is speeding at once', async ({
  context,
  dashboard,
  newDevice,
  page,
}) => {
  const early = newDevice();
  const late = newDevice();
  await page.goto('/live/separate');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Waiting for the first records…');
  await early.beginSpeeding('2026-03-01 08:00:05', { Speed: '133' });
  await expect(dashboard.chart(early.driverID)).toHaveAttribute('data-point-count', '1');
  await late.beginSpeeding('2026-03-01 08:00:15', { Speed: '141' });

  const latePage = new DashboardPage(await context.newPage());
  await latePage.page.goto('/live/separate');
  await expect(latePage.chart(early.driverID)).toHaveAttribute('data-point-count', '1');
  await expect(latePage.card(early.driverID)).toContainText('133 km/h');
  await expect(latePage.card(early.driverID)).toContainText(`${early.driverID} is overspeeding`);
  await expect(latePage.toast(early.driverID)).toContainText('08:00:05');
  // Whose speeds come with the next tick, but who is speeding now.
  await expect(latePage.card(late.driverID)).toContainText(`${late.driverID} is overspeeding`);
  await expect(latePage.toast(late.driverID)).toContainText('08:00:15');
});
