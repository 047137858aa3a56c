import { expect, test } from './fixtures';

const PAGES = [
  { path: '/live/separate', title: 'Separate – Drivewatch', heading: 'Drivers', link: 'Separate' },
  { path: '/live/all', title: 'All – Drivewatch', heading: 'All drivers', link: 'All' },
  { path: '/alerts', title: 'Alerts – Drivewatch', heading: 'Alerts', link: 'Alerts' },
] as const;

for (const { path, title, heading, link } of PAGES) {
  test(`${path} can be opened directly, and says where it is`, async ({ dashboard, newDevice, page }) => {
    await newDevice().post('2026-03-01 08:00:05');
    const response = await page.goto(path);
    expect(response?.status()).toBe(200);
    await expect(page).toHaveTitle(title);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
    await expect(dashboard.link(link)).toHaveAttribute('aria-current', 'page');
    await expect(dashboard.connection).toHaveText('Live');
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  });
}

test('the start page is the live page of cards', async ({ page }) => {
  await page.goto('/');
  await expect(page).toHaveURL('/live/separate');
  await page.goto('/live');
  await expect(page).toHaveURL('/live/separate');
});

test('an unknown path says so and leads back', async ({ dashboard, page }) => {
  await page.goto('/no/such/page');
  await expect(page).toHaveTitle('Page not found – Drivewatch');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no such page');
  await expect(dashboard.connection).toHaveText('Live');
  await page.getByRole('link', { name: 'Go to the live speeds' }).click();
  await expect(page).toHaveURL('/live/separate');
});

test('going from page to page keeps the one connection', async ({ dashboard, page }) => {
  const sockets: string[] = [];
  page.on('websocket', (socket) => sockets.push(socket.url()));
  await page.goto('/live/separate');
  await expect(dashboard.connection).toHaveText('Live');
  for (const { link, title } of PAGES) {
    await dashboard.link(link).click();
    await expect(page).toHaveTitle(title);
  }
  await page.goBack();
  await expect(page).toHaveURL('/live/all');
  await expect(dashboard.connection).toHaveText('Live');
  expect(sockets).toHaveLength(1);
});

test("the fleet's time zone is named on every page", async ({ page }) => {
  for (const { path } of PAGES) {
    await page.goto(path);
    await expect(page.getByText('Asia/Shanghai').first()).toBeVisible();
  }
});
