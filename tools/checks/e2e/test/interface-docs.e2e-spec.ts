import { expect, test } from './fixtures';
import { foreignRequests } from './foreign-requests';

const PHONE = { width: 390, height: 844 };

test('the page of the interfaces shows an operation to the keyboard, tries it out, and asks no other server', async ({
  page,
  stack,
}) => {
  const foreign = foreignRequests(page, stack.url);
  await page.goto('/api/docs');
  const operation = page.getByRole('button', { name: /^get .*health.*live/i }).first();
  await expect(operation).toHaveAttribute('aria-expanded', 'false');
  await expect(async () => {
    await page.keyboard.press('Tab');
    await expect(operation).toBeFocused({ timeout: 1 });
  }).toPass({ intervals: [0] });
  await page.keyboard.press('Enter');
  await expect(operation).toHaveAttribute('aria-expanded', 'true');

  await page.getByRole('button', { name: 'Try it out' }).click();
  const answered = page.waitForResponse('**/health/live');
  await page.getByRole('button', { name: 'Execute' }).click();
  expect((await answered).status()).toBe(200);
  await expect(page.getByRole('row').filter({ hasText: 'Response headers' })).toContainText('200');
  expect(foreign).toEqual([]);
});

test('the page of the interfaces is no wider than a phone, and tells the events of the socket', async ({
  page,
}) => {
  await page.setViewportSize(PHONE);
  await page.goto('/api/docs#/Devices/addData');
  await expect(page.getByRole('button', { name: 'Try it out' })).toBeVisible();
  await expect(page.getByText('Idempotency-Key').first()).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
  await page.getByRole('link', { name: 'Live socket' }).click();
  await expect(page.getByRole('heading', { name: 'overspeeding' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Live socket' })).toBeInViewport();
});
