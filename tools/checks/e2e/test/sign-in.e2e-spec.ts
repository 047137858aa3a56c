import type { Page } from '@playwright/test';
import { SAMPLE_RUN } from './summary-sample';
import { expect, test } from './fixtures';
import { ADMIN, VIEWER } from './guarded-access';

test.use({ isGuarded: true });

const form = (page: Page) => page.getByRole('form', { name: 'Sign in' });
const who = (page: Page) => page.getByRole('group', { name: 'Signed in' });

async function signIn(page: Page, { name, password }: { name: string; password: string }): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  await form(page).getByRole('button', { name: 'Sign in' }).click();
}

test('asks for the sign-in first, shows nothing before it, and goes to the requested page', async ({
  dashboard,
  newDevice,
  page,
}) => {
  const device = newDevice();
  await device.post('2026-03-01 08:00:05', { Speed: '61' });
  const sockets: string[] = [];
  page.on('websocket', (socket) => sockets.push(socket.url()));
  await page.goto('/live/separate?sort=name');
  await expect(form(page)).toBeVisible();
  await expect(page).toHaveURL('/sign-in?from=%2Flive%2Fseparate%3Fsort%3Dname');
  await expect(page).toHaveTitle('Sign in – Drivewatch');
  await expect(page.getByRole('navigation', { name: 'Pages' })).toBeHidden();
  await expect(dashboard.connection).toBeHidden();
  await expect(dashboard.search).toBeHidden();
  await expect(page.getByText(device.driverID)).toBeHidden();
  expect(sockets).toEqual([]);

  await signIn(page, VIEWER);
  await expect(page).toHaveURL('/live/separate?sort=name');
  await expect(dashboard.connection).toHaveText('Live');
  await expect(dashboard.card(device.driverID)).toContainText('61 km/h');
  await expect(who(page)).toHaveText(/vera\s*viewer/);
});

test('asks for the sign-in before the board of jobs, too, and leads an admin there', async ({ page }) => {
  await page.goto('/admin/queues');
  await expect(page).toHaveURL('/sign-in?from=%2Fadmin%2Fqueues');
  await signIn(page, ADMIN);
  await expect(page).toHaveURL('/admin/queues');
  await expect(page).toHaveTitle(/Drivewatch jobs/);
});

test('stays signed in over a reload and in another tab, until somebody signs out in one of them', async ({
  context,
  dashboard,
  page,
}) => {
  await page.goto('/alerts');
  await signIn(page, ADMIN);
  await expect(dashboard.connection).toHaveText('Live');
  await page.reload();
  await expect(who(page)).toHaveText(/Ada\.Lovelace@fleet\.example\s*admin/);
  const other = await context.newPage();
  await other.goto('/live/all');
  await expect(who(other)).toBeVisible();
  await other.getByRole('button', { name: 'Sign out' }).click();
  await expect(form(other)).toBeVisible();
  // The server closes this page's socket; the page asks why, and remembers where to come back to.
  await expect(form(page)).toBeVisible();
  await expect(page).toHaveURL('/sign-in?from=%2Falerts');
  await page.goto('/live/all');
  await expect(form(page)).toBeVisible();
});

test('shows people who are signed in already the dashboard rather than the sign-in', async ({
  dashboard,
  page,
}) => {
  await page.goto('/sign-in');
  await signIn(page, VIEWER);
  await expect(page).toHaveURL('/live/separate');
  await page.goto('/sign-in');
  await expect(page).toHaveURL('/live/separate');
  await expect(dashboard.connection).toHaveText('Live');
});

test('nothing in the top bar lies over anything else, whatever the width of the window', async ({
  dashboard,
  page,
}) => {
  await page.goto('/');
  await signIn(page, ADMIN);
  await expect(dashboard.connection).toHaveText('Live');
  const parts = [
    dashboard.connection,
    dashboard.search,
    dashboard.link('Summary'),
    dashboard.themeSwitch('dark'),
    who(page),
    page.getByRole('button', { name: 'Sign out' }),
  ];
  for (const width of [1920, 1440, 1401, 1400, 1100, 1021, 1020, 861, 860, 700, 620, 390]) {
    await page.setViewportSize({ width, height: 900 });
    const boxes = await Promise.all(parts.map((part) => part.boundingBox()));
    boxes.forEach((box, index) => {
      expect([width, box?.x, (box?.x ?? Infinity) + (box?.width ?? 0) <= width]).toEqual([
        width,
        box?.x,
        true,
      ]);
      for (const other of boxes.slice(index + 1))
        expect([width, overlap(box, other)]).toEqual([width, false]);
    });
  }
});

test.describe('with a wrong password', () => {
  // The browser itself reports the refusal.
  test.use({ cutsConnection: true });

  test('says so, lets the password be typed again with the keyboard, and never leads elsewhere', async ({
    dashboard,
    page,
  }) => {
    await page.goto('/sign-in?from=//evil.example/');
    await page.keyboard.press('Tab');
    await page.getByLabel('Name').focus();
    await page.keyboard.type('vera');
    await page.keyboard.press('Tab');
    await expect(page.getByLabel('Password')).toBeFocused();
    await page.keyboard.type('a wrong password');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toHaveText('The name or the password is wrong.');
    await expect(page.getByLabel('Password')).toBeFocused();
    await expect(page.getByLabel('Password')).toHaveAttribute('aria-describedby', 'sign-in-problem');
    await page.keyboard.type(VIEWER.password);
    await page.keyboard.press('Enter');
    await expect(dashboard.connection).toHaveText('Live');
    await expect(page).toHaveURL('/live/separate');
    await expect(dashboard.connection).toHaveText('Live');
  });

  test('tells admins of it on the page of the audit log, and nobody else', async ({
    dashboard,
    page,
  }, testInfo) => {
    await page.goto('/audit');
    await signIn(page, { ...VIEWER, password: 'a wrong password' });
    await expect(page.getByRole('alert')).toHaveText('The name or the password is wrong.');
    await signIn(page, VIEWER);
    await expect(page.getByRole('alert')).toContainText('Only admins may do that; vera is a viewer.');
    await expect(dashboard.link('Audit')).toBeHidden();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await signIn(page, ADMIN);
    await dashboard.link('Audit').click();
    await expect(page).toHaveURL('/audit');
    const rows = page.getByRole('row');
    const failure = rows.filter({ hasText: 'Sign-in failed' }).first();
    await expect(failure).toContainText(/vera\s*127\.0\.0\.1/);
    await expect(rows.filter({ hasText: 'Signed in' }).first()).toContainText(ADMIN.name);
    await page.screenshot({ path: testInfo.outputPath('audit.png') });
    await page.getByLabel('Show').selectOption('Sign-in failed');
    await expect(rows.filter({ hasText: 'Signed in' })).toHaveCount(0);
    await expect(failure).toBeVisible();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByLabel('Show').selectOption('Everything');
    await expect(rows.filter({ hasText: 'Signed in' }).first()).toBeVisible();
    await expect
      .poll(() => page.evaluate(() => document.documentElement.scrollWidth))
      .toBeLessThanOrEqual(390);
    await page.screenshot({ path: testInfo.outputPath('audit-phone.png') });
  });

  test('says that the server is away, and signs in when it is back', async ({ context, dashboard, page }) => {
    await page.goto('/');
    await context.route('**/api/session', (route) => route.abort());
    await signIn(page, VIEWER);
    await expect(page.getByRole('alert')).toHaveText('The server cannot be reached. Try again in a moment.');
    await context.unroute('**/api/session');
    await signIn(page, VIEWER);
    await expect(dashboard.connection).toHaveText('Live');
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [device, viewport] of [
    ['a desktop', { width: 1440, height: 900 }],
    ['a phone', { width: 390, height: 844 }],
  ] as const) {
    test.describe(`on ${device}, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme });

      test('fits, before and after', async ({ bucket, dashboard, page }, testInfo) => {
        await bucket.publish(SAMPLE_RUN);
        const widthOf = () => page.evaluate(() => document.documentElement.scrollWidth);
        await page.goto('/summary');
        await expect(form(page).getByRole('button', { name: 'Sign in' })).toBeInViewport();
        await expect.poll(widthOf).toBeLessThanOrEqual(viewport.width);
        await page.screenshot({ path: testInfo.outputPath('sign-in.png') });
        await signIn(page, ADMIN);
        await expect(who(page)).toBeInViewport();
        await expect(page.getByRole('button', { name: 'Sign out' })).toBeInViewport();
        await expect(dashboard.connection).toBeInViewport();
        await dashboard.link('Separate').click();
        await expect(dashboard.search).toBeInViewport();
        await expect.poll(widthOf).toBeLessThanOrEqual(viewport.width);
        await page.screenshot({ path: testInfo.outputPath('signed-in.png') });
      });
    });
  }
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const overlap = (one: Box | null, other: Box | null): boolean =>
  one === null ||
  other === null ||
  (one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height);
