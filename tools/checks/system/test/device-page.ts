import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseEnv } from '@drivewatch/config';
import { eventually, type Stack } from '@drivewatch/testing';
import { suiteStack } from './suite-stack';
import * as z from 'zod';
import { ImpatientFront } from './impatient-front';

const run = promisify(execFile);
const EXAMPLE = /^```(\w+)\n(?:#|\/\/) example: ([\w-]+)\n([^]*?)^```$/gm;
/** Reached only by an example that hangs. */
const LIMIT_MS = 120_000;
const KEY = 'key-of-the-example';

describe('docs/devices.md', () => {
  let stack: Stack;
  let folder: string;
  let front: ImpatientFront;
  const examples = new Map<string, { language: string; code: string }>();

  beforeAll(async () => {
    const page = await readFile('docs/devices.md', 'utf8');
    for (const [, language = '', name = '', code = ''] of page.matchAll(EXAMPLE)) {
      examples.set(name, { language, code });
    }
    folder = await mkdtemp(join(tmpdir(), 'drivewatch-device-page-'));
    stack = await suiteStack();
  });
  beforeEach(async () => {
    front = await ImpatientFront.start(stack.url);
  });
  afterEach(() => front.stop());
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const codeOf = (name: string): string => {
    const example = examples.get(name);
    if (example === undefined) throw new Error(`docs/devices.md has no example ${name}`);
    return example.code;
  };

  /** Runs an example as its reader would. @returns what it printed */
  async function runExample(name: string, url: string): Promise<string> {
    const language = name.split('-')[0] ?? '';
    const env = { ...parseEnv(z.record(z.string(), z.string())), DRIVEWATCH_URL: url, DRIVEWATCH_KEY: KEY };
    const options = { env, timeout: LIMIT_MS, cwd: folder };
    if (language === 'curl') return (await run('sh', ['-e', '-c', codeOf(name)], options)).stdout;
    const [program, ending] = language === 'python' ? ['python3', 'py'] : [process.execPath, 'mts'];
    const file = join(folder, `${name}.${ending}`);
    await writeFile(file, `${codeOf(`${language}-client`)}\n\n${codeOf(name)}`);
    return (await run(program, [file], options)).stdout;
  }

  const storedOf = (driverID: string) =>
    stack.query<{ speed_kmh: number; recorded_at: Date; plate_number: string }>(
      'SELECT speed_kmh, recorded_at, plate_number FROM driving_record WHERE driver_id = $1 ORDER BY recorded_at',
      [driverID],
    );
  const at = (second: number) => new Date(Date.UTC(2025, 4, 4, 0, 0, second));

  it('has an example of every way in every language', () => {
    const ways = ['single', 'batch', 'ndjson', 'csv'];
    const clients = ['python-client', 'typescript-client'];
    const wanted = ['curl', 'python', 'typescript'].flatMap((language) =>
      ways.map((way) => `${language}-${way}`),
    );
    expect([...examples.keys()].sort()).toEqual([...wanted, ...clients].sort());
  });

  it('curl: one record is stored', async () => {
    expect(JSON.parse(await runExample('curl-single', stack.url))).toEqual({
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
      expect(await runExample(name, front.url)).toMatch(/[0-9a-f-]{36}/);
      await eventually(async () => {
        expect(await storedOf(name)).toMatchObject([{ speed_kmh: 72, recorded_at: at(5) }]);
      });
      expect(front.headers.map(({ authorization }) => authorization)).toEqual(Array(3).fill(`Bearer ${KEY}`));
    },
  );

  it.each(['python-single', 'typescript-single'])(
    '%s: says what is wrong and does not go on',
    async (name) => {
      const { url } = stack;
      await expect(runExample(name, `${url}/no-such-thing`)).rejects.toThrow(/404: .*NOT_FOUND/);
    },
  );

  it.each(['curl', 'python', 'typescript'].flatMap((tool) => [`${tool}-batch`, `${tool}-csv`]))(
    '%s: both records are stored, once however often it is run',
    async (name) => {
      // The curl example for CSV does not retry by itself.
      await runExample(name, name === 'curl-csv' ? stack.url : front.url);
      await runExample(name, stack.url);
      await expectTwoStored(name);
    },
  );

  it.each(['curl-ndjson', 'python-ndjson', 'typescript-ndjson'])(
    '%s: both records of a packed body are stored',
    async (name) => {
      await runExample(name, stack.url);
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
