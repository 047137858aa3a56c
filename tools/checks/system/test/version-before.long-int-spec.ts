import { aWireRecord } from '@drivewatch/contracts/samples';
import { type AppProcess, AUTH_ENV, eventually, type Stack, startStack } from '@drivewatch/testing';
import { archivedRows } from './archived-records';
import { LiveClient } from './live-client';
import { acceptedId, postRecord } from './post-record';
import { VersionBefore, VERSIONS_BEFORE } from './version-before';

describe.each(VERSIONS_BEFORE)('a Drivewatch beside the version before $migrations', ({ commit }) => {
  let before: VersionBefore;
  let stack: Stack;
  let oldApi: { url: string; process: AppProcess };
  let oldConsumer: AppProcess;
  const posted: string[] = [];

  beforeAll(async () => {
    before = await VersionBefore.build(commit);
    stack = await startStack({ consumers: 1, archiveEvery: '1s' });
    oldApi = await before.startApi(stack);
    oldConsumer = await before.startConsumer(stack);
  });
  afterAll(async () => {
    for (const app of [oldApi.process, oldConsumer]) if (app.isRunning) await app.stop();
    await stack.stop();
    await before.remove();
  });

  const post = async (url: string, count: number): Promise<string[]> => {
    const drivers = Array.from({ length: count }, (_, n) => `driver-${posted.length + n}`);
    for (const driverID of drivers) {
      posted.push(driverID);
      await acceptedId(url, aWireRecord({ driverID, Time: new Date().toISOString() }));
    }
    return drivers;
  };
  const driversIn = (page: LiveClient) => page.tickPoints.map((point) => point.split(' ', 1)[0]).sort();
  const expectStoredOnce = () =>
    eventually(async () => {
      const stored = await stack.query<{ id: string }>('SELECT driver_id AS id FROM driving_record');
      expect(stored.map(({ id }) => id).sort()).toEqual([...posted].sort());
      expect(await stack.queue().getFailed()).toEqual([]);
    });
  const expectArchivedOnce = () =>
    eventually(async () => {
      const rows = await archivedRows(stack.recordsFolder);
      expect(rows.map(({ driver }) => driver).sort()).toEqual([...posted].sort());
    });

  it('stores, shows and archives each record once, whichever took it, stored it or archived it', async () => {
    const pages = [await LiveClient.connect(stack.url), await LiveClient.connect(oldApi.url)];
    const drivers: string[] = [];
    for (let round = 0; round < 20; round += 1)
      for (const url of [stack.url, oldApi.url]) drivers.push(...(await post(url, 5)));
    await expectStoredOnce();
    for (const page of pages) await eventually(() => expect(driversIn(page)).toEqual([...drivers].sort()));
    await expectArchivedOnce();
    for (const page of pages) page.close();
  });

  it('takes no record with a key for the live feed, whichever of the two is asked', async () => {
    const [oldOne, newOne] = [await before.startApi(stack, AUTH_ENV), await stack.startFurtherApi(AUTH_ENV)];
    const [live, device] = [await stack.access.addLiveKey(), await stack.access.addKey()];
    const send = (url: string, { key }: { key: string }) =>
      postRecord(url, aWireRecord({ driverID: '' }), { Authorization: `Bearer ${key}` });
    for (const { url } of [oldOne, newOne]) {
      // A record that nobody may send shows that the key is known.
      await eventually(async () => expect((await send(url, device)).status).toBe(400));
      const record = aWireRecord({ driverID: 'refused' });
      expect((await postRecord(url, record, { Authorization: `Bearer ${live.key}` })).status).toBe(403);
    }
    for (const { process } of [oldOne, newOne]) await process.stop();
  });

  it('may go back: what the old apps take, store, show and archive alone, the new ones go on from', async () => {
    await Promise.all([stack.api().stop(), ...stack.consumers.map((consumer) => consumer.stop())]);
    const page = await LiveClient.connect(oldApi.url);
    const alone = await post(oldApi.url, 50);
    await expectStoredOnce();
    await eventually(() => expect(driversIn(page)).toEqual([...alone].sort()));
    await expectArchivedOnce();
    page.close();
    // Jobs of the old API wait for the new consumer.
    await oldConsumer.stop();
    const waiting = await post(oldApi.url, 20);
    await oldApi.process.stop();
    await stack.startApi();
    const again = await LiveClient.connect(stack.url);
    await stack.startConsumer();
    await expectStoredOnce();
    await eventually(() => expect(driversIn(again)).toEqual([...waiting].sort()));
    await expectArchivedOnce();
    again.close();
  });
});
