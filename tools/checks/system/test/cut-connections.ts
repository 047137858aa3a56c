import { eventually, type Stack } from '@drivewatch/testing';
import { DeviceExamples, EXAMPLE_LIMIT_MS } from './device-examples';
import { type Cut, DeviceFront } from './device-front';
import { suiteStack } from './suite-stack';

const LANGUAGES = ['python', 'typescript'];
const FRAMINGS: Cut['framing'][] = ['Content-Length', 'chunked', 'nothing'];
/** A date at which no machine runs the tests, and one of a cache. */
const DATE = 'Sun, 04 May 2025 00:00:10 GMT';
const OLD_DATE = 'Mon, 01 Jan 2001 00:00:00 GMT';

describe('the clients of docs/devices.md', () => {
  let stack: Stack;
  let examples: DeviceExamples;
  const fronts: DeviceFront[] = [];

  beforeAll(async () => {
    examples = await DeviceExamples.read();
    stack = await suiteStack();
  });
  afterEach(async () => {
    await Promise.all(fronts.splice(0).map((front) => front.stop()));
  });
  afterAll(() => examples.remove());

  const started = async (starting: Promise<DeviceFront>) => {
    const front = await starting;
    fronts.push(front);
    return front;
  };
  const cutting = (cuts: readonly Cut[]) => started(DeviceFront.cutting(stack.url, cuts));
  let count = 0;
  /** Returns an example with a driver, and ids, that no other run of it has. */
  const ofDriver = (name: string) => {
    const driverID = `${name}-cut-${++count}`;
    return { driverID, code: examples.codeOf(name).replaceAll(name, driverID) };
  };
  /** Waits until nothing is left to be stored, and returns what is. */
  const storedOf = async (driverID: string) => {
    await eventually(async () =>
      expect(await stack.queue().getJobCounts('waiting', 'active', 'delayed')).toEqual({
        waiting: 0,
        active: 0,
        delayed: 0,
      }),
    );
    return await stack.query<{ id: string; speed: number; at: Date }>(
      'SELECT id, speed_kmh AS speed, recorded_at AS at FROM driving_record WHERE driver_id = $1 ORDER BY speed_kmh',
      [driverID],
    );
  };
  const expectSameRequests = (front: DeviceFront, requests: number) => {
    const [first] = front.requests;
    expect(front.requests).toHaveLength(requests);
    for (const { body, headers } of front.requests) {
      expect(body).toEqual(first?.body);
      expect(headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
    }
  };

  it.each(LANGUAGES.flatMap((language) => FRAMINGS.map((framing) => [language, framing] as const)))(
    '%s: sends the same again after answers that %s shows to be cut off, and reads the whole one',
    async (language, framing) => {
      const front = await cutting([
        { framing, share: 0 },
        { framing, share: 0.5 },
      ]);
      const { driverID, code } = ofDriver(`${language}-single`);
      const printed = await examples.run(`${language}-single`, front.url, code);
      expectSameRequests(front, 3);
      const stored = await storedOf(driverID);
      expect(stored).toMatchObject([{ speed: 72 }]);
      expect(printed).toContain(stored[0]?.id);
    },
  );

  it.each(LANGUAGES)('%s: knows after a cut answer which records were rejected', async (language) => {
    const front = await cutting([{ framing: 'Content-Length', share: 0.5 }]);
    const { driverID, code } = ofDriver(`${language}-batch`);
    const printed = await examples.run(`${language}-batch`, front.url, code.replace('73', '730'));
    expect(printed).toMatch(/rejected: .*730.* INVALID_RECORD/s);
    expectSameRequests(front, 2);
    expect(await storedOf(driverID)).toMatchObject([{ speed: 71 }]);
  });

  it.each(LANGUAGES)('%s: keeps the ids of records in a packed body', async (language) => {
    const front = await cutting([{ framing: 'chunked', share: 0.5 }]);
    const { driverID, code } = ofDriver(`${language}-ndjson`);
    await examples.run(`${language}-ndjson`, front.url, code);
    expectSameRequests(front, 2);
    expect(await storedOf(driverID)).toMatchObject([{ speed: 71 }, { speed: 73 }]);
  });

  it.each(LANGUAGES)('%s: reads the whole text of a refusal', async (language) => {
    const front = await cutting([
      { framing: 'Content-Length', share: 0.5 },
      { framing: 'chunked', share: 0.5 },
    ]);
    const refused = examples.run(`${language}-single`, `${front.url}/no-such-thing`);
    await expect(refused).rejects.toThrow(/404: .*NOT_FOUND.*\}/);
    expectSameRequests(front, 3);
  });

  it.each([
    ['python', 'send(b"{}", attempts=2)'],
    ['typescript', "await send('{}', {}, 2);"],
  ])('%s: does not send for ever when every answer is cut off', async (language, code) => {
    const cut: Cut = { framing: 'Content-Length', share: 0.5 };
    const front = await cutting([cut, cut, cut, cut]);
    const sent = examples.run(`${language}-endless`, front.url, code);
    await expect(sent).rejects.toThrow('did not take the records; keep them and send them later');
    expectSameRequests(front, 2);
  });

  it.each(LANGUAGES)(
    '%s: goes on where an upload ended, also if the next answer is cut off',
    async (language) => {
      const front = await started(
        DeviceFront.start(stack.url, async ({ number, body, pass, passPart }) => {
          if (number === 1) return await passPart(Math.floor(body.length / 2));
          return { ...(await pass()), cut: number === 2 ? { framing: 'chunked', share: 0.5 } : undefined };
        }),
      );
      const { driverID, code } = ofDriver(`${language}-gateway`);
      const printed = await examples.run(`${language}-gateway`, front.url, code);
      const taken = Number(/^taken: (\d+)$/m.exec(printed)?.[1]);
      expect(taken).toBeGreaterThan(0);
      const lines = front.requests.map(({ body }) => body.toString().trim().split('\n'));
      expect(lines.map(({ length }) => length)).toEqual([30, 30 - taken, 30 - taken]);
      expect(lines[1]).toEqual(lines[0]?.slice(taken));
      expect((await storedOf(driverID)).map(({ speed }) => speed)).toEqual(
        Array.from({ length: 30 }, (_, index) => 10 + index),
      );
    },
  );

  const dated = () =>
    started(
      DeviceFront.start(stack.url, async ({ number, pass }) => {
        const answer = await pass();
        const date: Record<string, string> = number === 1 ? { Date: OLD_DATE, Age: '60' } : { Date: DATE };
        return { ...answer, headers: { ...answer.headers, ...date } };
      }),
    );

  it.each(LANGUAGES)(
    "%s: sets its clock by an answer that is no cache's, and works back from it",
    async (language) => {
      const front = await dated();
      const { driverID, code } = ofDriver(`${language}-clock`);
      await examples.run(`${language}-clock`, front.url, code);
      const [{ at } = { at: new Date(NaN) }, ...more] = await storedOf(driverID);
      expect(more).toEqual([]);
      // The record was made before the second answer, whose date is half a second old on average.
      const latest = Date.parse(DATE) + 500;
      expect(at.getTime()).toBeGreaterThan(latest - EXAMPLE_LIMIT_MS);
      expect(at.getTime()).toBeLessThan(latest);
    },
  );

  it('curl: shows the date of an answer', async () => {
    const front = await dated();
    expect(await examples.run('curl-clock', front.url)).toBe(`${OLD_DATE}\n`);
  });
});
