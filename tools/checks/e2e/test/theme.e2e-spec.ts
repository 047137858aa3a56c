import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';

/** Returns the brightness of the page's background, 0 (black) to 255 (white). */
const groundBrightness = (page: Page) =>
  page.evaluate(() => {
    const [red = 0, green = 0, blue = 0] = (
      getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g) ?? []
    ).map(Number);
    return (red + green + blue) / 3;
  });
const expectDark = (page: Page) => expect.poll(() => groundBrightness(page)).toBeLessThan(60);
const expectLight = (page: Page) => expect.poll(() => groundBrightness(page)).toBeGreaterThan(200);

test('the page is dark or light as the system says, also when that changes', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/live/separate');
  await expectDark(page);
  await page.emulateMedia({ colorScheme: 'light' });
  await expectLight(page);
});

test('the chosen theme is remembered', async ({ dashboard, page }) => {
  await page.goto('/live/separate');
  await expectLight(page);
  await dashboard.themeSwitch('dark').click();
  await expectDark(page);
  await page.reload();
  await expect(dashboard.themeSwitch('light')).toBeVisible();
  await expectDark(page);
  await dashboard.themeSwitch('light').click();
  await expectLight(page);
});
