import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '@drivewatch/local-services';
import { type AppProcess, eventually, type NginxServer, type Stack, startNginx } from '@drivewatch/testing';
import { suiteStack } from './suite-stack';
import { KeepAliveDevice, type Outcome } from './keep-alive-device';

const DEVICES = 20;
/** The pause between two records of a device: a load that leaves APIs that are starting the processor they need. */
const PAUSE_MS = 50;

/** An API that is stopped and started again on the same port. */
class RestartedApi {
  private constructor(
    private readonly stack: Stack,
    readonly port: number,
    private running: AppProcess,
  ) {}

  static async start(stack: Stack): Promise<RestartedApi> {
    const port = await freePort();
    const { process } = await stack.startFurtherApi({ PORT: String(port) });
    return new RestartedApi(stack, port, process);
  }

  /** @returns exit code of the process that ended */
  async restart(): Promise<number | null> {
    const code = await this.running.stop();
    this.running = (await this.stack.startFurtherApi({ PORT: String(this.port) })).process;
    return code;
  }

  async stop(): Promise<void> {
    await this.running.stop();
  }
}

describe('a rolling restart of two APIs behind an nginx with docker/nginx/load-balancer.conf', () => {
  let stack: Stack;
  let apis: RestartedApi[];
  let balancer: NginxServer;
  beforeAll(async () => {
    stack = await suiteStack();
    apis = await Promise.all([RestartedApi.start(stack), RestartedApi.start(stack)]);
    const listen = `127.0.0.1:${await freePort()}`;
    balancer = await startNginx('load-balancer.conf', listen, (emptyDir) => ({
      LB_LISTEN: listen,
      LB_TLS_DIR: emptyDir,
      EDGE_ADDRESS: '127.0.0.1:9',
      API_SERVERS: apis.map(({ port }) => `server 127.0.0.1:${port} max_fails=1 fail_timeout=1s;`).join('\n'),
    }));
  });
  afterAll(async () => {
    await balancer.stop();
    await Promise.all(apis.map((api) => api.stop()));
  });

  it('shows devices under load nothing but 202 and 503, and stores what was acknowledged once', async () => {
    const url = balancer.url.slice(0, -1);
    const devices = Array.from({ length: DEVICES }, () => new KeepAliveDevice(url, 'rolling'));
    const outcomes: Outcome[] = [];
    let isOver = false;
    const posting = devices.map(async (device) => {
      while (!isOver) {
        outcomes.push(await device.post());
        await wait(PAUSE_MS);
      }
    });
    const acceptedSoFar = () =>
      outcomes.filter((outcome) => typeof outcome !== 'string' && outcome.status === 202).length;
    await eventually(() => expect(acceptedSoFar()).toBeGreaterThan(100));
    for (const api of apis) {
      expect(await api.restart()).toBe(0);
      const before = acceptedSoFar();
      await eventually(() => expect(acceptedSoFar()).toBeGreaterThan(before + 100));
    }
    isOver = true;
    await Promise.all(posting);
    for (const device of devices) device.close();

    const answers = outcomes.filter((outcome) => typeof outcome !== 'string');
    expect(outcomes).toHaveLength(answers.length);
    expect(answers.filter(({ status }) => status !== 202 && status !== 503)).toEqual([]);
    const accepted = answers.filter(({ status }) => status === 202).flatMap(({ ids }) => ids);
    expect(accepted.length).toBeGreaterThan(300);
    await eventually(async () => {
      const rows = await stack.query<{ id: string }>('SELECT id FROM driving_record');
      const stored = rows.map(({ id }) => id);
      expect(new Set(stored).size).toBe(stored.length);
      expect(accepted.filter((id) => !stored.includes(id))).toEqual([]);
    });
  });

  it('answers 503 with Retry-After in the form of every error while no API is there', async () => {
    await Promise.all(apis.map((api) => api.stop()));
    const response = await fetch(`${balancer.url}addData`, { method: 'POST', body: '{}' });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status: 503, code: 'SHUTTING_DOWN' });
  });
});
