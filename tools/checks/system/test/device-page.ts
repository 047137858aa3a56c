import { eventually, type Stack } from '@drivewatch/testing';
import { DeviceExamples, EXAMPLE_KEY } from './device-examples';
import { DeviceFront } from './device-front';
import { RawClient } from './raw-client';
import { suiteStack } from './suite-stack';

describe('docs/devices.md', () => {
  let stack: Stack;
  let front: DeviceFront;
  let examples: DeviceExamples;

  beforeAll(async () => {
    examples = await DeviceExamples.read();
    stack = await suiteStack();
  });
  beforeEach(async () => {
    front = await DeviceFront.impatient(stack.url);
  });
  afterEach(() => front.stop());
  afterAll(() => examples.remove());

  const storedOf = (driverID: string) =>
    stack.query<{ speed_kmh: number; recorded_at: Date; plate_number: string }>(
      'SELECT speed_kmh, recorded_at, plate_number FROM driving_record WHERE driver_id = $1 ORDER BY recorded_at',
      [driverID],
    );
  const at = (second: number) => new Date(Date.UTC(2025, 4, 4, 0, 0, second));

  it('has an example of every way in every language', () => {
    const ways = ['single', 'batch', 'ndjson', 'csv', 'clock'];
    const inEachLanguage = (languages: string[], names: string[]) =>
      languages.flatMap((language) => names.map((name) => `${language}-${name}`));
    const wanted = [
      ...inEachLanguage(['curl', 'python', 'typescript'], ways),
      ...inEachLanguage(['python', 'typescript'], ['client', 'gateway']),
    ];
    expect(examples.names.sort()).toEqual(wanted.sort());
  });

  it('curl: one record is stored', async () => {
    expect(JSON.parse(await examples.run('curl-single', stack.url))).toEqual({
      accepted: 1,
      rejected: [],
      rejectedCount: 0,
      ids: [expect.stringMatching(/^[0-9a-f-]{36}$/)],
    });
    await eventually(async () => {
      expect(await storedOf('curl-single')).toEqual([
        { speed_kmh: 72, recorded_at: at(5), plate_number: '华AVM936' },
      ]);
    });
  });

  it.each(['python-single', 'typescript-single'])(
    '%s: one record is stored once the server has patience, and the key goes along',
    async (name) => {
      expect(await examples.run(name, front.url)).toMatch(/[0-9a-f-]{36}/);
      await eventually(async () => {
        expect(await storedOf(name)).toMatchObject([{ speed_kmh: 72, recorded_at: at(5) }]);
      });
      expect(front.requests.map(({ headers }) => headers.authorization)).toEqual(
        Array(3).fill(`Bearer ${EXAMPLE_KEY}`),
      );
    },
  );

  it.each(['python-single', 'typescript-single'])(
    '%s: says what is wrong and does not go on',
    async (name) => {
      const { url } = stack;
      await expect(examples.run(name, `${url}/no-such-thing`)).rejects.toThrow(/404: .*NOT_FOUND/);
    },
  );

  it.each(['curl', 'python', 'typescript'].flatMap((tool) => [`${tool}-batch`, `${tool}-csv`]))(
    '%s: both records are stored, once however often it is run',
    async (name) => {
      // The curl example for CSV does not retry by itself.
      await examples.run(name, name === 'curl-csv' ? stack.url : front.url);
      await examples.run(name, stack.url);
      await expectTwoStored(name);
    },
  );

  it('http: both records are stored, and the answer has the length that it announces', async () => {
    const [, head = '', body = ''] = /^```http\n([^]+?)\n\n([^]+?)^```$/m.exec(examples.page) ?? [];
    const client = await RawClient.connect(stack.url);
    client.write(`${head.replaceAll('\n', '\r\n')}\r\n\r\n${body}`);
    await client.closed();
    const [told = '', answer = ''] = client.text.split('\r\n\r\n');
    expect(JSON.parse(answer)).toMatchObject({ accepted: 2, rejectedCount: 0 });
    expect(told).toMatch(/^HTTP\/1\.1 202 /);
    expect(/^content-length: (\d+)$/im.exec(told)?.[1]).toBe(String(answer.length));
    await expectTwoStored('http-batch');
  });

  it.each(['curl-ndjson', 'python-ndjson', 'typescript-ndjson'])(
    '%s: both records of a packed body are stored',
    async (name) => {
      await examples.run(name, stack.url);
      await expectTwoStored(name);
    },
  );

  async function expectTwoStored(driverID: string): Promise<void> {
    await eventually(async () => {
      expect(await storedOf(driverID)).toMatchObject([
        { speed_kmh: 71, recorded_at: at(5) },
        { speed_kmh: 73, recorded_at: at(15) },
      ]);
    });
  }
});
