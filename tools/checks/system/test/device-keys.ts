import { randomInt } from 'node:crypto';
import type { Problem, WireRecord } from '@drivewatch/contracts';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, type Stack } from '@drivewatch/testing';
import { suiteStack } from './suite-stack';

/** Reached only by an API that hangs. */
const ANSWER_LIMIT_MS = 120_000;

/**
 * Returns the address of a client behind this machine as its proxy; the address of a guesser is soon refused for that
 * alone.
 */
const anAddress = () => `10.0.${randomInt(256)}.${randomInt(256)}`;

describe('device keys', () => {
  let stack: Stack;
  /** They are all made at the start, since an instance reads new ones only every few seconds. */
  let keys: { id: string; key: string }[];
  /** A second instance beside the first. */
  let further: Awaited<ReturnType<Stack['startFurtherApi']>>;
  beforeAll(async () => {
    stack = await suiteStack();
    [further, keys] = await Promise.all([
      stack.startFurtherApi(),
      Promise.all(Array.from({ length: 7 }, () => newKey())),
    ]);
  });
  afterAll(async () => {
    await further.process.stop();
  });

  /** Returns a key that no other test uses. */
  const aKey = () => {
    const made = keys.pop();
    if (made === undefined) throw new Error('More keys are used than are made');
    return made;
  };
  const post = (
    headers: Record<string, string>,
    { url = stack.url, record = aWireRecord() }: { url?: string; record?: WireRecord } = {},
  ) =>
    fetch(`${url}/addData`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': anAddress(), ...headers },
      body: JSON.stringify(record),
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
  const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });
  const newKey = async (options?: Parameters<Stack['access']['addKey']>[0]) => {
    const made = await stack.access.addKey(options);
    // An instance knows the key once it has read it.
    await eventually(async () => {
      const { detail } = (await (await post(bearer(made.key))).json()) as Partial<Problem>;
      expect(detail).not.toBe('The key is unknown');
    });
    return made;
  };

  it('let in whoever shows one, in either header, and the record is stored', async () => {
    const { key } = aKey();
    const record = aWireRecord({ driverID: 'keyed1' });
    for (const headers of [bearer(key), { Authorization: `bearer ${key}` }, { 'X-API-Key': key }]) {
      expect((await post(headers, { record })).status).toBe(202);
    }
    await eventually(async () => {
      const rows = await stack.query(`SELECT FROM driving_record WHERE driver_id = 'keyed1'`);
      expect(rows).toHaveLength(3);
    });
  });

  it('lets a key report the drivers it is for, in whichever form their names are sent', async () => {
    const composed = 'Zoë Müller';
    // This key is like one that was made before names were normalised.
    const { key } = await newKey({ driverIds: [composed.normalize('NFD')] });
    for (const driverID of [composed, composed.normalize('NFD')])
      expect((await post(bearer(key), { record: aWireRecord({ driverID }) })).status).toBe(202);
    expect((await post(bearer(key), { record: aWireRecord({ driverID: 'Zoe Muller' }) })).status).toBe(403);
    await eventually(async () => {
      const rows = await stack.query('SELECT FROM driving_record WHERE driver_id = $1', [composed]);
      expect(rows).toHaveLength(2);
    });
  });

  it('refuses everybody else with a problem that says why, and stores nothing', async () => {
    const expired = await newKey({ expiresAt: new Date(Date.now() - 1_000) });
    const wrong = `${expired.key.slice(0, -1)}${expired.key.endsWith('A') ? 'B' : 'A'}`;
    const record = aWireRecord({ driverID: 'refused2' });
    const cases: [Record<string, string>, RegExp][] = [
      [{}, /A device key is missing/],
      [bearer(''), /missing/],
      [bearer('dw_short'), /unknown/],
      [bearer(wrong), /unknown/],
      [bearer(expired.key), /expired/],
      [{ 'X-API-Key': 'x'.repeat(8_000) }, /unknown/],
      [{ Authorization: `Basic ${Buffer.from(`x:${expired.key}`).toString('base64')}` }, /missing/],
    ];
    for (const [headers, detail] of cases) {
      const response = await post(headers, { record });
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([
        401,
        'Bearer realm="drivewatch"',
      ]);
      expect(response.headers.get('content-type')).toMatch('application/problem+json');
      const problem = (await response.json()) as Problem;
      expect(problem).toMatchObject({ status: 401, code: 'UNAUTHORIZED' });
      expect(problem.detail).toMatch(detail);
    }
    expect(await stack.query(`SELECT FROM driving_record WHERE driver_id = 'refused2'`)).toEqual([]);
    expect(await stack.queue().getJobCounts('waiting', 'active')).toEqual({ waiting: 0, active: 0 });
  });

  it('are refused once they are revoked, by every instance, without a restart', async () => {
    const { id, key } = aKey();
    const urls = [stack.url, further.url];
    await eventually(async () => {
      for (const url of urls) expect((await post(bearer(key), { url })).status).toBe(202);
    });
    await stack.access.keys.revoke(id);
    await eventually(async () => {
      for (const url of urls) expect((await post(bearer(key), { url })).status).toBe(401);
    });
    const problem = (await (await post(bearer(key))).json()) as Problem;
    expect(problem.detail).toBe('The key has been revoked');
  });

  it('go on while PostgreSQL is away, and an instance that has never read them says 503', async () => {
    const { key } = aKey();
    await stack.crashPostgres();
    const early = await stack.startFurtherApi();
    try {
      expect((await post(bearer(key))).status).toBe(202);
      const refused = await post(bearer(key), { url: early.url });
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await refused.json()).toMatchObject({ code: 'ACCESS_UNAVAILABLE' });
      await stack.startPostgres();
      await eventually(async () => {
        expect((await post(bearer(key), { url: early.url })).status).toBe(202);
      });
    } finally {
      await early.process.stop();
    }
  });

  it('know when they were last used', async () => {
    const madeAtMs = Date.now();
    const { id, key } = await newKey();
    expect((await post(bearer(key))).status).toBe(202);
    await eventually(async () => {
      const used = (await stack.access.keys.list()).find((one) => one.id === id)?.lastUsedAt;
      expect(used?.getTime()).toBeGreaterThanOrEqual(madeAtMs);
      expect(used?.getTime()).toBeLessThanOrEqual(Date.now());
    });
  });

  it('are limited separately, and so are requests that show none', async () => {
    const slow = await stack.startFurtherApi({ RATE_LIMIT_KEY: '1', RATE_LIMIT_ADDRESS: '3' });
    try {
      const [one, other] = [aKey(), aKey()];
      const { url } = slow;
      const from = { 'X-Forwarded-For': '10.8.8.8' };
      await eventually(async () => {
        expect((await post(bearer(other.key), { url })).status).toBe(202);
      });
      const sent = await Promise.all(
        Array.from({ length: 100 }, () => post({ ...bearer(one.key), ...from }, { url })),
      );
      const refused = sent.filter(({ status }) => status === 429);
      // Ten are accepted at once, plus those of the seconds that sending them may take.
      expect(sent.filter(({ status }) => status === 202).length).toBeGreaterThanOrEqual(10);
      expect(refused.length).toBeGreaterThan(3);
      expect(refused.map(({ headers }) => headers.get('retry-after'))).toContain('1');
      expect((await post(bearer(other.key), { url })).status).toBe(202);
      await eventually(async () => {
        // Many are sent at a time: one after the other, a busy machine might send no more per second than are let in.
        const responses = await Promise.all(
          Array.from({ length: 50 }, () => fetch(`${url}/`, { headers: from })),
        );
        const limited = responses.find(({ status }) => status === 429);
        expect(Number(limited?.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(await limited?.json()).toMatchObject({ code: 'RATE_LIMITED' });
      });
    } finally {
      await slow.process.stop();
    }
  });

  it('answers guessers with 429 before long, and still lets the right key of that address in', async () => {
    const { key } = aKey();
    const { url } = further;
    const from = { 'X-Forwarded-For': '10.9.9.9' };
    const guess = async () => (await post({ ...bearer('dw_guess'), ...from }, { url })).status;
    const guesses = await Promise.all(Array.from({ length: 101 }, guess));
    expect(guesses.filter((status) => status === 401)).toHaveLength(100);
    expect(guesses.filter((status) => status === 429)).toHaveLength(1);
    await eventually(async () => {
      expect((await post({ ...bearer(key), ...from }, { url })).status).toBe(202);
    });
  });

  it('appear in no log', async () => {
    const { key } = aKey();
    await post(bearer(key));
    await post({ Authorization: `Bearer ${key}x` });
    await post({ 'X-API-Key': key }, { record: { driverID: key } });
    expect(stack.api().output).not.toContain(key);
  });
});
