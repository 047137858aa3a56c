import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually, IMPATIENT, type Stack, startStack } from '@drivewatch/testing';
import { KeepAliveDevice, type Outcome } from './keep-alive-device';
import { LiveClient } from './live-client';
import { acceptedId } from './post-record';
import { suiteStack } from './suite-stack';

describe('SIGTERM', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await suiteStack();
  });

  it('lets the API answer every request that it has taken, refuses new connections, and ends with 0', async () => {
    const page = await LiveClient.connect(stack.url);
    const devices = Array.from({ length: 20 }, () => new KeepAliveDevice(stack.url, 'stopping'));
    const outcomes: Outcome[] = [];
    const posting = devices.map(async (device) => {
      // Each goes on until it is refused, which it is once the API has ended.
      for (;;) {
        const outcome = await device.post();
        outcomes.push(outcome);
        if (typeof outcome === 'string') return;
        await wait(5);
      }
    });
    await eventually(() => expect(outcomes.length).toBeGreaterThan(100));
    const code = await stack.api().stop();
    await Promise.all(posting);
    for (const device of devices) device.close();
    page.close();
    expect(code).toBe(0);
    expect(stack.api().output).not.toMatch(/Not everything has ended/);
    const texts = outcomes.map((outcome) => (typeof outcome === 'string' ? outcome : String(outcome.status)));
    expect(new Set(texts)).toEqual(new Set(['202', 'refused']));
    const answers = outcomes.filter((outcome) => typeof outcome !== 'string');
    // Each device learned from an answer that its connection ends, and was refused when it came again.
    expect(answers.filter(({ connection }) => connection === 'close')).toHaveLength(devices.length);
    const accepted = answers.flatMap(({ ids }) => ids);
    await eventually(async () => {
      const rows = await stack.query<{ id: string }>(
        `SELECT id FROM driving_record WHERE driver_id = 'stopping'`,
      );
      expect(rows.map(({ id }) => id).sort()).toEqual(accepted.sort());
    });
    await stack.startApi();
  });

  it('ends a consumer when its jobs under way are stored, and leaves none of them to be run again', async () => {
    await stack.query(`
      CREATE FUNCTION delay_store() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_sleep(1.5); RETURN NULL; END $$;
      CREATE TRIGGER delay_store AFTER INSERT ON driving_record FOR EACH STATEMENT EXECUTE FUNCTION delay_store()`);
    const id = await acceptedId(stack.url, aWireRecord({ driverID: 'underway' }));
    await eventually(async () => expect(await stack.queue().getActiveCount()).toBe(1));
    const [consumer] = stack.consumers;
    if (consumer === undefined) throw new Error('no consumer');
    expect(await consumer.stop()).toBe(0);
    expect(consumer.output).not.toMatch(/Not everything has ended/);
    const stored = await stack.query(`SELECT id FROM driving_record WHERE driver_id = 'underway'`);
    expect(stored).toEqual([{ id }]);
    expect(await stack.queue().getJobCounts('active', 'waiting')).toEqual({ active: 0, waiting: 0 });
    await stack.query('DROP TRIGGER delay_store ON driving_record');
    await stack.startConsumer();
  });

  it('ends both with pages and half requests open while Redis and PostgreSQL hang', async () => {
    // Like one with default settings, this API does not wait for Redis for long.
    const { url, process: api } = await stack.startFurtherApi(IMPATIENT);
    const page = await LiveClient.connect(url);
    const { hostname, port } = new URL(url);
    const half = connect(Number(port), hostname);
    half.on('error', () => undefined);
    half.write(
      'POST /addData HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{',
    );
    await acceptedId(url, aWireRecord());
    stack.signalRedis('SIGSTOP');
    stack.signalPostgres('SIGSTOP');
    // After this wait, a tick and a look at the queue are under way, too.
    await wait(1_500);
    try {
      // They hang until both have ended, which only limits of the apps' own can bring about.
      const ends = [api, ...stack.consumers.filter(({ isRunning }) => isRunning)];
      expect(await Promise.all(ends.map((app) => app.stop()))).toEqual([0, 0]);
    } finally {
      stack.signalRedis('SIGCONT');
      stack.signalPostgres('SIGCONT');
      half.destroy();
      page.close();
    }
  });
});

describe('a stack in which an app does not start', () => {
  it('says why, and leaves no process behind', async () => {
    const before = childProcesses();
    await expect(startStack({ consumers: 1, apiEnv: { DASHBOARD_DIR: 'no-such-page' } })).rejects.toThrow(
      /There is no built dashboard in .*no-such-page/,
    );
    await eventually(() => expect(childProcesses().filter((id) => !before.includes(id))).toEqual([]));
  });
});

/** Returns the ids of all processes that this one has started and that still run. */
const childProcesses = (): string[] =>
  readdirSync('/proc/self/task').flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').trim().split(' ').filter(Boolean),
  );
