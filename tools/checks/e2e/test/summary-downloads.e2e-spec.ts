import { readFile } from 'node:fs/promises';
import { expect, test } from './fixtures';
import { SAMPLE_RUN } from './summary-sample';

const HOURLY =
  "driverID,carPlateNumber,hour,records\nalpha,华A1,2017-01-01T07,100\nbravo,'=2+2,2017-01-01T08,50\n";

test('saves published files with the byte order mark that Excel needs, and links to them as they are', async ({
  bucket,
  page,
  request,
}) => {
  const { files } = await bucket.publish(SAMPLE_RUN);
  await bucket.put(files.hourlyCsv, HOURLY);
  await bucket.put(files.metrics.fatigueRecords, 'driverID,carPlateNumber,value\nalpha,华A1,4\n');
  await page.goto('/summary');

  const link = page.getByRole('link', { name: 'Every driver and hour' });
  const downloading = page.waitForEvent('download');
  await link.click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('hourly.csv');
  const bytes = await readFile(await download.path());
  expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf');
  expect(bytes.subarray(3).toString('utf8')).toBe(HOURLY);
  const address = (await link.getAttribute('href')) ?? '';
  expect(await (await request.get(address)).text()).toBe(HOURLY);

  const source = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Source file (CSV, all days)' }).nth(1).click();
  expect((await source).suggestedFilename()).toBe('fatigueRecords.csv');
  expect(await readFile(await (await source).path(), 'utf8')).toBe(
    '\ufeffdriverID,carPlateNumber,value\nalpha,华A1,4\n',
  );
});

test.describe('without the file or the connection', () => {
  test.use({ cutsConnection: true, viewport: { width: 390, height: 844 } });

  test('says why a file was not saved, and saves it when it is there again', async ({
    bucket,
    context,
    page,
  }) => {
    const { files } = await bucket.publish(SAMPLE_RUN);
    await page.goto('/summary');
    const link = page.getByRole('link', { name: 'Every driver and hour' });
    await link.click();
    await expect(page.getByRole('alert')).toHaveText(/^Not downloaded: .*hourly\.csv was answered with 404/);
    // An address is one long word.
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

    await bucket.put(files.hourlyCsv, HOURLY);
    await context.route('**/hourly.csv', (route) => route.abort());
    await link.click();
    await expect(page.getByRole('alert')).toHaveText(/^Not downloaded: .* cannot be reached/);

    await context.unroute('**/hourly.csv');
    const downloading = page.waitForEvent('download');
    await link.click();
    expect(await readFile(await (await downloading).path(), 'utf8')).toBe(`\ufeff${HOURLY}`);
    await expect(page.getByRole('alert')).toBeHidden();
  });
});
