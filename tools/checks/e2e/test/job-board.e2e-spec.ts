import { expect, test } from './fixtures';
import { foreignRequests } from './foreign-requests';

test('the board of jobs shows what failed and why, runs it again, asks no other server, and is in the audit log', async ({
  page,
  stack,
}) => {
  const foreign = foreignRequests(page, stack.url);
  await stack.addBadJob();
  await page.goto('/admin/queues/queue/driving-records?status=failed');
  await expect(page).toHaveTitle(/Drivewatch jobs/);
  await expect(page.getByRole('heading', { level: 1, name: 'driving-records' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'archive' })).toBeVisible();
  await expect(page.getByRole('link', { name: /store-records/ })).toBeVisible();
  await expect(page.getByRole('tabpanel', { name: 'Error' })).toContainText(
    '1 of 1 records cannot be stored and are set aside; row 1: id: Invalid input',
  );

  const failedAt = page.getByRole('listitem').filter({ hasText: 'Failed at' }).getByRole('time').last();
  const before = await failedAt.getAttribute('datetime');
  const retried = page.waitForResponse((response) => response.url().includes('retry/failed'));
  await page.getByRole('button', { name: 'Retry all' }).click();
  await page.getByRole('button', { name: /^(?:confirm|yes|ok)$/i }).click();
  expect((await retried).status()).toBe(200);
  // The job is as bad as before, and fails once more, at another time.
  await expect(failedAt).not.toHaveAttribute('datetime', before ?? '');
  await page.goto('/audit');
  await expect(page.getByRole('row').filter({ hasText: 'Job run again' }).first()).toContainText(
    'jobs: all failed · queue: driving-records · action: retry',
  );
  expect(foreign).toEqual([]);
});
