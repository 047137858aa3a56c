import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { openObjectStore } from '@drivewatch/object-store';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually } from '@drivewatch/testing';
import { Redis } from 'ioredis';
import { io, type Socket } from 'socket.io-client';
import { type ComposedStack, startComposedStack } from './composed-stack';

interface TargetsAnswer {
  data: { activeTargets: { health: string }[] };
}
interface RulesAnswer {
  data: { groups: { rules: { name: string; health: string }[] }[] };
}
interface QueryAnswer {
  data: { result: unknown[] };
}

describe('the system of docker/compose.yaml, as processes behind its own configuration files', () => {
  let stack: ComposedStack;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    stack = await startComposedStack();
    await eventually(async () => expect((await fetch(`${stack.url}/health/live`)).status).toBe(200));
  });
  afterAll(async () => {
    for (const socket of sockets) socket.disconnect();
    await stack.stop();
  });

  /** Posts as a device does, which sends again what was not accepted. */
  const post = (over: Record<string, unknown>) =>
    eventually(async () => {
      const { status } = await fetch(`${stack.url}/addData`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(aWireRecord({ Time: new Date().toISOString(), ...over })),
      });
      expect(status).toBe(202);
    });
  const ofPrometheus = async <T>(path: string): Promise<T> =>
    (await (await fetch(`${stack.prometheusUrl}/api/v1/${path}`)).json()) as T;
  const listen = (url: string) => {
    const socket = io(url, { transports: ['websocket'], forceNew: true });
    const seen = { alerts: [] as string[], points: [] as string[] };
    socket.on('overspeeding', ({ driverID }: { driverID: string }) => seen.alerts.push(driverID));
    socket.on('data', (speeds: object) => seen.points.push(...Object.keys(speeds)));
    sockets.push(socket);
    return { socket, seen };
  };
  const connected = (socket: Socket) => eventually(() => expect(socket.connected).toBe(true));

  it('serves the page, and keeps the numbers to itself', async () => {
    const page = await fetch(`${stack.url}/`);
    expect([page.status, (await page.text()).includes('<title>Drivewatch')]).toEqual([200, true]);
    expect((await fetch(`${stack.url}/metrics`)).status).toBe(404);
  });

  it('serves the page of the interfaces with the files that the image took from packages', async () => {
    const page = await (await fetch(`${stack.url}/api/docs`)).text();
    const files = [...page.matchAll(/ (?:src|href)="(\/api\/docs\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(files).toContain('/api/docs/swagger-ui-bundle.js');
    for (const file of files)
      expect([file, (await fetch(`${stack.url}${file}`)).status]).toEqual([file, 200]);
  });

  it('answers at the edge for no name but its own, whoever asks', async () => {
    const { port } = new URL(stack.url);
    const statusFor = (host: string, path: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        get({ port, path, headers: { Host: host } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        }).on('error', reject);
      });
    for (const path of ['/', '/addData', '/health/live', '/admin/queues'])
      expect([path, await statusFor('evil.example', path)]).toEqual([path, 421]);
    expect(await statusFor('localhost', '/')).toBe(200);
  });

  it('brings an alert and a tick through WebSockets at the edge', async () => {
    // Each API gets one page: the edge gives a connection to the instance that has the fewest.
    const pages = [listen(stack.url), listen(stack.url)];
    for (const { socket } of pages) await connected(socket);
    await post({ driverID: 'at-the-edge', isOverspeed: 1 });
    for (const { seen } of pages) {
      await eventually(() => expect(seen.alerts).toEqual(['at-the-edge']));
      await eventually(() => expect(seen.points).toContain('at-the-edge'));
    }
    for (const { socket } of pages) socket.disconnect();
  });

  it('keeps a summary file in the cache of the edge', async () => {
    await openObjectStore(pathToFileURL(stack.publicFolder).href).put('summaries/run=0a/x.csv', '1,2');
    const answers = [];
    for (let count = 0; count < 2; count += 1) {
      const answer = await fetch(`${stack.url}/cdn/summaries/run=0a/x.csv`);
      answers.push([answer.status, await answer.text(), answer.headers.get('x-cache-status')]);
    }
    expect(answers).toEqual([
      [200, '1,2', 'MISS'],
      [200, '1,2', 'HIT'],
    ]);
  });

  it('runs Redis as durable as an acknowledgement needs', async () => {
    const redis = new Redis(stack.redisUrl);
    try {
      for (const [name, value] of [
        ['appendonly', 'yes'],
        ['appendfsync', 'always'],
        ['maxmemory-policy', 'noeviction'],
      ] as const) {
        expect(await redis.config('GET', name)).toEqual([name, value]);
      }
    } finally {
      redis.disconnect();
    }
  });

  it('calls a consumer healthy while it publishes, and not when Redis cannot be asked', async () => {
    const check = (REDIS_URL: string) =>
      promisify(execFile)(process.execPath, [join(stack.consumerImage, 'consumer-health.mjs')], {
        env: { REDIS_URL },
      });
    await eventually(() => check(stack.redisUrl));
    await expect(check('redis://127.0.0.1:1')).rejects.toMatchObject({ code: 1 });
  });

  it('has Prometheus read both APIs, through them both consumers, and evaluate every rule', async () => {
    await eventually(async () => {
      const { data } = await ofPrometheus<TargetsAnswer>('targets');
      expect(data.activeTargets.map(({ health }) => health)).toEqual(['up', 'up']);
      const consumers = encodeURIComponent(
        'count by (consumer) (process_resident_memory_bytes{consumer!=""})',
      );
      const answer = await ofPrometheus<QueryAnswer>(`query?query=${consumers}`);
      expect(answer.data.result).toHaveLength(2);
    });
    await eventually(async () => {
      const { data } = await ofPrometheus<RulesAnswer>('rules');
      const rules = data.groups.flatMap((group) => group.rules);
      expect(rules.map(({ name }) => name)).toContain('QueueOld');
      expect(rules.every(({ health }) => health === 'ok')).toBe(true);
    });
  });

  it('uses in dashboard and rules only metrics that the APIs show', async () => {
    const answer = await fetch(`${stack.apiUrls[0]}/metrics`, {
      headers: { authorization: 'Bearer a-token-of-the-stack-test' },
    });
    const shown = new Set(
      (await answer.text()).match(/^# TYPE \S+/gm)?.map((line) => line.slice('# TYPE '.length)),
    );
    for (const file of ['docker/grafana/dashboards/drivewatch.json', 'docker/prometheus/rules.yml']) {
      const used = (await readFile(file, 'utf8')).match(/\b(?:drivewatch_\w+|nodejs_\w+|process_\w+)/g) ?? [];
      expect(used.length).toBeGreaterThan(4);
      expect(used.map((name) => name.replace(/_bucket$/, '')).filter((name) => !shown.has(name))).toEqual([]);
    }
  });

  it('goes on when one API is killed', async () => {
    await stack.apis[0]?.crash();
    const pages = [];
    for (let count = 0; count < 6; count += 1) pages.push((await fetch(`${stack.url}/`)).status);
    expect(pages).toEqual([200, 200, 200, 200, 200, 200]);
    const { socket, seen } = listen(stack.url);
    await connected(socket);
    await post({ driverID: 'after-the-kill', isOverspeed: 1 });
    await eventually(() => expect(seen.alerts).toContain('after-the-kill'));
    await eventually(() => expect(seen.points).toContain('after-the-kill'));
  });
});
