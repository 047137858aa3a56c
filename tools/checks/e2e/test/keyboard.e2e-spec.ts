import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { SAMPLE_RUN } from './summary-sample';

const STOPS_AT_MOST = 60;

const hasFocus = (element: Element) => element === document.activeElement;

/** Presses Tab until the target has the focus. @throws when it never gets it */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let stop = 0; stop < STOPS_AT_MOST; stop += 1) {
    await page.keyboard.press('Tab');
    if (await target.evaluate(hasFocus)) return;
  }
  throw new Error(`${STOPS_AT_MOST} times Tab did not lead to ${String(target)}`);
}

test('everything can be reached and used with the keyboard alone', async ({ dashboard, newDevice, page }) => {
  const device = newDevice();
  const { driverID } = device;
  await device.beginSpeeding('2026-03-01 08:00:05');
  await page.goto('/live/separate');
  await expect(dashboard.toast(driverID)).toBeVisible();

  await tabTo(page, dashboard.link('All'));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/live/all');

  await tabTo(page, dashboard.search);
  await page.keyboard.type(driverID);
  await expect(dashboard.legend.getByRole('button')).toHaveCount(1);

  const range = dashboard.range('Last 5 min');
  await tabTo(page, range);
  await page.keyboard.press('Space');
  await expect(range).toHaveAttribute('aria-pressed', 'true');

  const line = dashboard.legend.getByRole('button', { name: driverID });
  await tabTo(page, line);
  await page.keyboard.press('Enter');
  await expect(line).toHaveAttribute('aria-pressed', 'false');

  await tabTo(page, page.getByRole('button', { name: `Dismiss alert of ${driverID}` }));
  await page.keyboard.press('Enter');
  await expect(dashboard.toast(driverID)).toBeHidden();
  await expect(page.getByRole('main')).toBeFocused();
});

test('the Summary page can be reached and used with the keyboard alone', async ({
  bucket,
  dashboard,
  page,
  summary,
}) => {
  await bucket.publish(SAMPLE_RUN);
  await page.goto('/live/separate');
  await tabTo(page, dashboard.link('Summary'));
  await page.keyboard.press('Enter');
  await expect(summary.total('Records')).toHaveText('17');

  await tabTo(page, summary.quickRange('Last 7 days'));
  await page.keyboard.press('Space');
  await expect(summary.total('Records')).toHaveText('367');

  const totals = summary.index.getByRole('link', { name: 'Totals' });
  await tabTo(page, totals);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Totals' })).toBeFocused();

  await tabTo(page, summary.search);
  await page.keyboard.type('a');
  const records = summary.heading('Records').getByRole('button');
  await tabTo(page, records);
  await page.keyboard.press('Enter');
  await expect(summary.heading('Records')).toHaveAttribute('aria-sort', 'descending');

  const score = summary.row('alpha').getByRole('button');
  await tabTo(page, score);
  await page.keyboard.press('Enter');
  await expect(summary.score.getByRole('button', { name: 'Close' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(summary.score).toBeHidden();
  await expect(score).toBeFocused();
});

test('the first stop skips to the content', async ({ dashboard, page }) => {
  await page.goto('/live/separate');
  await expect(dashboard.connection).toHaveText('Live');
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await expect(page).toHaveURL('/live/separate');
});

test('what has the focus is outlined', async ({ dashboard, page }) => {
  await page.goto('/live/separate');
  for (const target of [dashboard.link('Separate'), dashboard.search, dashboard.themeSwitch('dark')]) {
    await tabTo(page, target);
    const isOutlined = await target.evaluate((element) => {
      // A field may be outlined by the box around it.
      const around = [element, element.parentElement ?? element].map((part) => getComputedStyle(part));
      return around.some(
        ({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
      );
    });
    expect(isOutlined, `outline of ${String(target)}`).toBe(true);
  }
});
