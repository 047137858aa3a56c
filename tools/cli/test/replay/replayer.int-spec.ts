import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import type { Problem, WireRecord } from '@drivewatch/contracts';
import { runReplayer } from '../../src/replay/replayer';
import { aRow, TestFolder } from './detail-record-files';

const PROBLEM: Problem = {
  type: 'about:blank',
  title: 'Bad Request',
  status: 400,
  code: 'INVALID_RECORD',
  detail: '1 field is wrong',
  errors: [{ field: 'Speed', message: 'is 999' }],
};

/** Answers as the ingestion API does, slowly and unevenly, so that a client that does not wait is caught. */
class FakeApi {
  readonly accepted: WireRecord[] = [];
  /** The headers of each request. */
  readonly headers: IncomingHttpHeaders[] = [];
  /** Answers 401 to requests without this key. */
  key: string | undefined;
  /** The most requests of one driver that were under way at the same time. */
  mostAtOnceOfOneDriver = 0;
  mostAtOnce = 0;
  /** How many requests to answer with 503 first. */
  unavailable = 0;
  private readonly underWay = new Map<string, number>();
  private requests = 0;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<FakeApi> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const api = new FakeApi(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        api.headers.push(request.headers);
        if (api.key !== undefined && request.headers.authorization !== `Bearer ${api.key}`) {
          response
            .writeHead(401)
            .end(JSON.stringify({ ...PROBLEM, status: 401, detail: 'the key is unknown' }));
          return;
        }
        const record = JSON.parse(Buffer.concat(chunks).toString('utf8')) as WireRecord;
        void api.answer(record).then(({ status, headers, body }) => {
          response.writeHead(status, headers).end(JSON.stringify(body));
        });
      });
    });
    return api;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(record: WireRecord) {
    const driver = record.driverID ?? '';
    const atOnce = (this.underWay.get(driver) ?? 0) + 1;
    this.underWay.set(driver, atOnce);
    this.mostAtOnceOfOneDriver = Math.max(this.mostAtOnceOfOneDriver, atOnce);
    this.mostAtOnce = Math.max(
      this.mostAtOnce,
      [...this.underWay.values()].reduce((a, b) => a + b),
    );
    this.requests += 1;
    await new Promise((resolve) => setTimeout(resolve, (this.requests * 7) % 5));
    this.underWay.set(driver, (this.underWay.get(driver) ?? 1) - 1);
    if (this.unavailable > 0) {
      this.unavailable -= 1;
      return { status: 503, headers: { 'retry-after': '0' }, body: { ...PROBLEM, status: 503 } };
    }
    if (record.Speed === '999') return { status: 400, headers: {}, body: PROBLEM };
    this.accepted.push(record);
    return { status: 202, headers: {}, body: { accepted: 1, ids: ['0196'] } };
  }
}

class CollectedText extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}

describe('npm run replay (against an HTTP server)', () => {
  let folder: TestFolder;
  let api: FakeApi;
  beforeEach(async () => {
    folder = await TestFolder.create();
    api = await FakeApi.start();
  });
  afterEach(async () => {
    await api.stop();
    await folder.remove();
  });

  async function run(
    args: string[],
    { stop = new AbortController().signal, unreachableForMs = 120_000, env = {} } = {},
  ) {
    const stdout = new CollectedText();
    const stderr = new CollectedText();
    const code = await runReplayer({
      args,
      env: { INIT_CWD: folder.path, ...env },
      stdout,
      stderr,
      stop,
      unreachableForMs,
    });
    return { code, stdout: stdout.text, stderr: stderr.text };
  }

  const timeOf = (second: number) =>
    `08:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}`;

  it('posts times with and without an offset in their order, and as the files have them', async () => {
    const times = [
      '2017-01-01 08:00:01',
      '2017-01-01T00:00:02Z',
      '2017-01-01 08:00:03',
      '2017-01-01T08:00:04+0800',
    ];
    const rowOf = (time: string) => `d1,P1,1,2,72,211,,${time}`;
    await folder.writeRows('odd.csv', times.filter((_, index) => index % 2 === 0).map(rowOf));
    await folder.writeRows('even.csv', times.filter((_, index) => index % 2 === 1).map(rowOf));
    const { code } = await run(['even.csv', 'odd.csv', '--url', api.url, '--speed', 'max'], {
      env: { FLEET_TIME_ZONE: 'Asia/Shanghai' },
    });
    expect(code).toBe(0);
    expect(api.accepted.map(({ Time }) => Time)).toEqual(times);
  });

  it('posts overlapping files in the order of time, driver by driver, several drivers at once', async () => {
    const seconds = Array.from({ length: 120 }, (_, second) => second);
    const drivers = ['d1', 'd2', 'd3', 'd4'];
    const rowsWhere = (wanted: (second: number) => boolean) =>
      seconds.filter(wanted).flatMap((second) => drivers.map((driver) => aRow(driver, timeOf(second))));
    await folder.writeRows(
      'even.csv',
      rowsWhere((second) => second % 2 === 0),
    );
    await folder.writeRows(
      'odd.csv',
      rowsWhere((second) => second % 2 === 1),
    );

    const { code, stderr } = await run(['odd.csv', 'even.csv', '--url', api.url, '--speed', 'max']);
    expect(stderr).toMatch(/Accepted 480, rejected 0, retried 0 in /);
    expect(code).toBe(0);
    for (const driver of drivers) {
      const times = api.accepted.filter(({ driverID }) => driverID === driver).map(({ Time }) => Time);
      expect(times).toEqual(seconds.map((second) => `2017-01-01 ${timeOf(second)}`));
    }
    expect(api.mostAtOnceOfOneDriver).toBe(1);
    expect(api.mostAtOnce).toBeGreaterThan(1);
  });

  it('sends again after 503 and loses nothing', async () => {
    api.unavailable = 5;
    const rows = Array.from({ length: 20 }, (_, second) => aRow('d1', timeOf(second)));
    await folder.writeRows('day.csv', rows);
    const { code, stderr } = await run(['day.csv', '--url', api.url, '--speed', 'max']);
    expect(stderr).toMatch(/does not take records now \(503\)[^]*takes records again[^]*retried 5 in /);
    expect(code).toBe(0);
    expect(api.accepted.map(({ Time }) => Time)).toEqual(
      rows.map((_, second) => `2017-01-01 ${timeOf(second)}`),
    );
  });

  it('names every rejected line and ends with 1', async () => {
    await folder.writeRows('day.csv', [
      aRow('d1', '08:00:00'),
      'd1,only three,fields',
      aRow('d1', '08:00:01', 999),
      aRow('d1', '08:00:02'),
    ]);
    const { code, stderr } = await run(['day.csv', '--url', api.url, '--speed', 'max']);
    expect(code).toBe(1);
    expect(stderr).toContain('day.csv:2: rejected: has 3 fields; allowed: 8, or 19');
    expect(stderr).toContain('day.csv:3: rejected: 400: Speed is 999');
    expect(stderr).toContain('Accepted 2, rejected 2, ');
  });

  it('counts rejected lines beyond those it shows', async () => {
    await folder.writeRows(
      'day.csv',
      Array.from({ length: 25 }, () => 'nonsense'),
    );
    const { code, stderr } = await run(['day.csv', '--url', api.url, '--speed', 'max']);
    expect(code).toBe(1);
    expect(stderr.match(/rejected: has 1 fields/g)).toHaveLength(20);
    expect(stderr).toContain('… and 5 more rejected lines\n');
    expect(stderr).toContain('Accepted 0, rejected 25, ');
  });

  it('moves records to the present, the newest to now', async () => {
    await folder.writeRows('day.csv', [aRow('d1', '08:00:00'), aRow('d1', '08:01:30')]);
    const beforeMs = Date.now();
    await run(['day.csv', '--url', api.url, '--speed', 'max', '--now']);
    const [first, last] = api.accepted.map(({ Time }) => Date.parse(Time ?? ''));
    expect(last).toBeGreaterThanOrEqual(beforeMs);
    expect(last).toBeLessThanOrEqual(Date.now());
    expect((last ?? 0) - (first ?? 0)).toBe(90_000);
  });

  it('asks for the alerts of the past, except for records that are moved to the present', async () => {
    await folder.writeRows('day.csv', [aRow('d1', '08:00:00')]);
    await run(['day.csv', '--url', api.url, '--speed', 'max']);
    await run(['day.csv', '--url', api.url, '--speed', 'max', '--now']);
    expect(api.headers.map((headers) => headers['x-replay'])).toEqual(['1', undefined]);
  });

  it('sends the key from the environment, and gives up with the reason when it is refused', async () => {
    await folder.writeRows('day.csv', [aRow('d1', '08:00:00'), aRow('d1', '08:00:01')]);
    api.key = 'k1';
    const args = ['day.csv', '--url', api.url, '--speed', 'max'];
    const refused = await run(args, { env: { DRIVEWATCH_KEY: 'k2' } });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('refuses the key (401: the key is unknown); DRIVEWATCH_KEY is');
    expect(refused.stderr).not.toContain('k2');
    expect(api.headers).toHaveLength(1);
    const taken = await run(args, { env: { DRIVEWATCH_KEY: 'k1' } });
    expect([taken.code, api.accepted.length]).toEqual([0, 2]);
  });

  it('ends with 2 for a key that no header can hold', async () => {
    await folder.writeRows('day.csv', [aRow('d1', '08:00:00')]);
    const { code, stderr } = await run(['day.csv', '--url', api.url], { env: { DRIVEWATCH_KEY: 'a b' } });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^replay: [^]*DRIVEWATCH_KEY: must be printable ASCII characters without spaces\n$/,
    );
    expect(api.headers).toEqual([]);
  });

  it('gives up with 1 when nothing listens, saying how much was not sent', async () => {
    await folder.writeRows('day.csv', [aRow('d1', '08:00:00'), aRow('d1', '08:00:01')]);
    await api.stop();
    const args = ['day.csv', '--url', api.url, '--speed', 'max'];
    const { code, stderr } = await run(args, { unreachableForMs: 500 });
    expect(code).toBe(1);
    expect(stderr).toMatch(/No answer from the server \(ECONNREFUSED\)[^]*not sent 2 in /);
    api = await FakeApi.start();
  });

  it('ends soon when stopped, with a summary of what was sent', async () => {
    await folder.writeRows('day.csv', [aRow('d1', '08:00:00'), aRow('d1', '23:00:00')]);
    const stop = new AbortController();
    const running = run(['day.csv', '--url', api.url], { stop: stop.signal });
    while (api.accepted.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort(new Error('stopped by test'));
    const { stderr } = await running;
    expect(stderr).toContain('Accepted 1, rejected 0, retried 0, not sent 1 in ');
  });

  it.each([
    [['missing.csv'], /^✗ missing\.csv: no such file \(looked for .*\) \(--help shows how\)\n$/],
    [['.'], /^✗ \.: not a file /],
    [
      ['day.csv', '--sped', '2'],
      /^✗ unknown option '--sped' \(Did you mean --speed\?\) \(--help shows how\)\n$/,
    ],
  ])('ends with 2 and one line for %j', async (args, message) => {
    const { code, stderr } = await run(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('shows its help on standard output', async () => {
    const { code, stdout, stderr } = await run(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Usage: npm run replay -- [options] <files...>');
  });
});
