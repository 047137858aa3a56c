import { REDIS_PREFIX } from '@drivewatch/redis';
import { type Problem } from '@drivewatch/contracts';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack, startStack } from '@drivewatch/testing';
import { postBody } from './post-body';
import { postRecord } from './post-record';
import { NDJSON } from './record-bodies';

const FLEET = 4;
const PER_HOUR = 2;

describe('drivers of whom no record has come before', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({
      access: {},
      apiEnv: { FLEET_DRIVERS: String(FLEET), NEW_DRIVERS_PER_KEY_HOUR: String(PER_HOUR) },
    });
  });
  afterAll(() => stack.stop());

  const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });
  const of = (driverID: string) => aWireRecord({ driverID, Time: new Date().toISOString() });
  const post = (key: string, driverID: string, url = stack.url) => postRecord(url, of(driverID), bearer(key));
  const postAll = (key: string, drivers: string[]) =>
    postBody(stack.url, 'application/x-ndjson', NDJSON(drivers.map(of)), { headers: bearer(key) });
  const newKey = async (driverIds: string[] | null = null) => {
    const { key } = await stack.access.addKey({ driverIds });
    // The API knows the key once it has read it; the request used to find out is refused.
    await eventually(async () => expect((await postRecord(stack.url, {}, bearer(key))).status).toBe(400));
    return key;
  };
  const storedDrivers = async () =>
    (await stack.query<{ id: string }>('SELECT driver_id AS id FROM driving_record ORDER BY 1')).map(
      ({ id }) => id,
    );
  const eventuallyStored = (drivers: string[]) =>
    eventually(async () => expect(await storedDrivers()).toEqual(drivers));
  /**
   * Deletes what Redis remembers of new drivers, as if it had lost its data. No API may be running that would write it
   * again.
   */
  const forget = async () => {
    const keys = await stack.redis().keys(`${REDIS_PREFIX}:new-driver*`);
    expect(keys.length).toBeGreaterThan(0);
    await stack.redis().del(...keys);
  };

  it('are accepted up to the size of the fleet, and then a number per key and hour, over all instances', async () => {
    const [key, other] = [await newKey(), await newKey()];
    const further = await stack.startFurtherApi();
    expect((await postAll(key, ['a1', 'a2', 'a3', 'a4'])).answer).toMatchObject({ accepted: 4 });
    const { status, answer } = await postAll(key, ['b1', 'a1', 'b2', 'b3', 'b3']);
    expect(status).toBe(202);
    expect(answer).toMatchObject({ accepted: 3, rejectedCount: 2 });
    expect(answer.rejected.map(({ index, code }) => [index, code])).toEqual([
      [3, 'TOO_MANY_NEW_DRIVERS'],
      [4, 'TOO_MANY_NEW_DRIVERS'],
    ]);
    for (const url of [stack.url, further.url]) {
      const refused = await post(key, 'b4', url);
      const problem = (await refused.json()) as Problem;
      expect([refused.status, problem.code]).toEqual([429, 'TOO_MANY_NEW_DRIVERS']);
      expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
      expect(problem.detail).toMatch(/^driverID is "b4", .* allowed: 2 new drivers with one device key/);
      // A known driver can go on.
      expect((await post(key, 'b1', url)).status).toBe(202);
    }
    const all = await postAll(other, ['c1', 'c2', 'c3']);
    expect(all.answer).toMatchObject({ accepted: 2 });
    const none = await postAll(other, ['c3']);
    expect([none.status, none.answer.code]).toEqual([429, 'TOO_MANY_NEW_DRIVERS']);
    await further.process.stop();
    const full = await post(await newKey(), 'd1');
    expect(((await full.json()) as Problem).detail).toMatch(/allowed: 8 drivers, twice FLEET_DRIVERS/);
    // A key for some drivers cannot bring others, so it is let in.
    expect((await post(await newKey(['named']), 'named')).status).toBe(202);
    await eventuallyStored(['a1', 'a1', 'a2', 'a3', 'a4', 'b1', 'b1', 'b1', 'b2', 'c1', 'c2', 'named']);
  });

  it('are known for good once they are stored, whatever Redis has forgotten', async () => {
    // The fleet is larger by four than the number of drivers known from the test before.
    const known = await storedDrivers();
    const larger = { FLEET_DRIVERS: String(new Set(known).size + 4) };
    await stack.api().stop();
    await stack.startApi(larger);
    const key = await newKey();
    const drivers = ['e1', 'e2', 'e3', 'e4', 'f1', 'f2'];
    expect((await postAll(key, drivers)).answer).toMatchObject({ accepted: 6 });
    await eventuallyStored([...known, ...drivers].sort());
    await eventually(async () => {
      const late = await stack.query(
        'SELECT FROM driving_record WHERE stored_xid >= (SELECT next_xid FROM tick_cursor)',
      );
      expect(late).toEqual([]);
    });
    await stack.api().stop();
    await forget();
    await stack.startApi(larger);
    await newKey();
    expect((await postAll(key, drivers)).answer).toMatchObject({ accepted: 6, rejectedCount: 0 });
    expect((await postAll(key, ['g1', 'g2', 'g3'])).answer).toMatchObject({ accepted: 2, rejectedCount: 1 });
  });

  it('are taken while PostgreSQL has not said yet whether they are known, as all records are while it is away', async () => {
    await stack.api().stop();
    await forget();
    await stack.crashPostgres();
    await stack.startApi({ AUTH: 'off', FLEET_DRIVERS: '1', NEW_DRIVERS_PER_KEY_HOUR: '0' });
    const drivers = ['h1', 'h2', 'h3', 'h4'].map((driverID) => aWireRecord({ driverID }));
    const { answer } = await postBody(stack.url, 'application/x-ndjson', NDJSON(drivers));
    expect(answer).toMatchObject({ accepted: 4, rejectedCount: 0 });
    await stack.startPostgres();
    let next = 5;
    await eventually(async () => {
      const tooMany = await postRecord(stack.url, aWireRecord({ driverID: `h${next++}` }));
      expect(tooMany.status).toBe(429);
    });
  });
});
