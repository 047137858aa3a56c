import type { Page } from '@playwright/test';
import { DashboardPage } from './dashboard-page';
import { expect, test } from './fixtures';

/** The beginning of a Socket.IO event on the wire. */
const DATA_EVENT = '42["data",';

/** Keeps every tick from a page, so that it shows only what it was told when it connected. */
async function withoutTicks(page: Page): Promise<void> {
  await page.routeWebSocket(/\/socket\.io\//, (toPage) => {
    const toServer = toPage.connectToServer();
    toServer.onMessage((message) => {
      if (isTick(message)) return;
      toPage.send(message);
    });
  });
}

function isTick(message: string | Buffer): boolean {
  const text = message.toString();
  if (!text.startsWith(DATA_EVENT)) return false;
  const [, , meta] = JSON.parse(text.slice('42'.length)) as [string, object, { kind: string }];
  return meta.kind === 'tick';
}

test('a page that connects late shows recent speeds and who is speeding at once', async ({
  context,
  dashboard,
  newDevice,
  page,
}) => {
  const early = newDevice();
  const late = newDevice();
  await page.goto('/live/separate');
  await early.beginSpeeding('2026-03-01 08:00:05', { Speed: '133' });
  await expect(dashboard.chart(early.driverID)).toHaveAttribute('data-point-count', '1');

  await late.beginSpeeding('2026-03-01 08:00:15', { Speed: '141' });

  const latePage = new DashboardPage(await context.newPage());
  await withoutTicks(latePage.page);
  await latePage.page.goto('/live/separate');
  await expect(latePage.chart(early.driverID)).toHaveAttribute('data-point-count', '1');
  await expect(latePage.card(early.driverID)).toContainText('133 km/h');
  await expect(latePage.card(early.driverID)).toContainText(`${early.driverID} is overspeeding`);
  await expect(latePage.toast(early.driverID)).toContainText('08:00:05');
  // The driver's speeds may come only with the next tick, but the alert is there now.
  await expect(latePage.card(late.driverID)).toContainText(`${late.driverID} is overspeeding`);
  await expect(latePage.toast(late.driverID)).toContainText('08:00:15');

  // No tick has reached the page: this record arrives only at the other page.
  await early.post('2026-03-01 08:00:25');
  await expect(dashboard.chart(early.driverID)).toHaveAttribute('data-point-count', '2');
  await expect(latePage.chart(early.driverID)).toHaveAttribute('data-point-count', '1');
});
