import type { WireRecord } from '@drivewatch/contracts';
import { Database, RemovedDriverRepository } from '@drivewatch/persistence';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack } from '@drivewatch/testing';
import { suiteStack } from './suite-stack';
import { LiveClient } from './live-client';
import { acceptedId } from './post-record';

describe('a driver who is removed', () => {
  let stack: Stack;
  let database: Database;
  let drivers: RemovedDriverRepository;
  let further: Awaited<ReturnType<Stack['startFurtherApi']>>;
  beforeAll(async () => {
    stack = await suiteStack();
    database = new Database(stack.databaseUrl, { poolSize: 1 });
    drivers = new RemovedDriverRepository(database);
    further = await stack.startFurtherApi();
  });
  afterAll(async () => {
    await Promise.all([further.process.stop(), database.close()]);
  });

  const send = (driverID: string, fields: WireRecord = {}) =>
    acceptedId(stack.url, aWireRecord({ driverID, Time: new Date().toISOString(), ...fields }));
  const shownTo = async (url: string, known = {}) => {
    const page = await LiveClient.connect(url, known);
    page.close();
    const [first] = page.data;
    return { drivers: Object.keys(first?.meta.drivers ?? {}), kind: first?.meta.kind, page };
  };

  it('disappears from every page at once with alerts, and comes back with what is sent afterwards', async () => {
    const urls = [stack.url, further.url];
    const pages = await Promise.all(urls.map((url) => LiveClient.connect(url)));
    await send('typo', { isOverspeed: '1', Speed: '140' });
    await send('typo', { isOverspeedFinished: '1', overspeedTime: '1', Speed: '90' });
    await send('typo', { isOverspeed: '1', Speed: '150' });
    await send('driver', { isOverspeed: '1', Speed: '151' });
    for (const page of pages)
      await eventually(() => {
        expect(page.tickPoints.filter((point) => point.startsWith('typo'))).toHaveLength(3);
        expect(page.changes).toHaveLength(4);
        expect(page.tickPoints.filter((point) => point.startsWith('driver'))).toHaveLength(1);
      });
    const away = pages[0]?.known;

    expect(await drivers.remove(['typo', 'nobody'])).toEqual(['typo']);
    for (const page of pages)
      await eventually(() => {
        expect(page.removed).toEqual(['typo']);
        expect(page.pictures.at(-1)?.active.map(({ driverID }) => driverID)).toEqual(['driver']);
        expect(page.pictures.at(-1)?.past).toEqual([]);
      });
    for (const url of urls) expect((await shownTo(url)).drivers).toEqual(['driver']);
    // A page that was away is sent everything anew, since it may hold the driver.
    expect(await shownTo(further.url, away)).toMatchObject({ kind: 'snapshot', drivers: ['driver'] });

    await stack.api().stop();
    await stack.startApi();
    const afterwards = await shownTo(stack.url);
    expect(afterwards.drivers).toEqual(['driver']);
    expect(afterwards.page.pictures.at(-1)?.active.map(({ driverID }) => driverID)).toEqual(['driver']);

    const seen = pages[1]?.tickPoints.length ?? 0;
    await send('typo', { isOverspeed: '1', Speed: '160' });
    await eventually(() => {
      expect(pages[1]?.tickPoints.slice(seen).map((point) => point.split(' ')[0])).toEqual(['typo']);
      expect(pages[1]?.changes.at(-1)).toMatch(/overspeeding typo$/);
    });
    const [snapshot] = (await shownTo(further.url)).page.data;
    expect(snapshot?.speeds.typo?.data.map(({ y }) => y)).toEqual([160]);
    for (const page of pages) page.close();
    // Records belong to the archive, whatever is shown.
    const rows = await stack.query(`SELECT FROM driving_record WHERE driver_id = 'typo'`);
    expect(rows).toHaveLength(4);
  });
});
