import { setTimeout as wait } from 'node:timers/promises';
import { aWireRecord } from '@drivewatch/contracts/samples';
import { eventually } from '@drivewatch/testing';
import pMap from 'p-map';
import { HANG_MS, recordsFlow, require } from '../scenarios/watch';
import { apiKilledAtAlerts } from './api-killed-at-alerts';
import type { ClusterScenario } from './cluster-scenario';

const POSTS_AT_ONCE = 20;

export const CLUSTER_SCENARIOS: readonly ClusterScenario[] = [
  {
    name: 'cluster-api-killed',
    what: '`kill -9` of one API, then of the other, each started again after 2 s (1 s in the short run): whichever made the ticks',
    act: async (system, { awaySeconds }) => {
      for (const api of system.apis) {
        await api.crash();
        await wait(awaySeconds * 1_000);
        // All pages are at the other API by now.
        await system.pagesAreConnected();
        await api.start();
        await recordsFlow(system);
      }
    },
  },
  {
    name: 'cluster-rolling-restart',
    what: 'each API and each consumer stopped by SIGTERM and started again, one after the other',
    act: async (system) => {
      const { stack, apis } = system;
      for (const api of apis) {
        require((await api.stop()) === 0, `${api.name} to end with exit code 0`);
        await api.start();
        await recordsFlow(system);
      }
      for (const consumer of stack.consumers.filter(({ isRunning }) => isRunning)) {
        require((await consumer.stop()) === 0, 'a consumer to end with exit code 0');
        await stack.startConsumer();
        await recordsFlow(system);
      }
    },
  },
  apiKilledAtAlerts,
  {
    name: 'cluster-api-cut-off-redis',
    what: 'one API cannot reach Redis for 20 s (until it has refused a record, in the short run)',
    act: async (system, { cutSeconds }) => {
      system.cable.pull();
      try {
        await wait((cutSeconds * 1_000) / 2);
        await eventually(async () => {
          const answer = await post(system.urls[1], 'cut-off', {});
          require(answer === 503, `the API without Redis to refuse records, not ${answer}`);
        }, HANG_MS);
        await wait((cutSeconds * 1_000) / 2);
      } finally {
        system.cable.plug();
      }
      await recordsFlow(system);
    },
  },
  {
    name: 'cluster-redis-restarted',
    what: 'Redis killed and started again while 1,000 alerts (50 in the short run) are open, which then end',
    act: async (system, { openAlerts }, name) => {
      const { stack, urls } = system;
      const drivers = Array.from({ length: openAlerts }, (_, n) => `${name}-alert${n}`);
      await postAll(urls, drivers, { isOverspeed: '1' });
      await eventually(async () => {
        const open = await system.openAlerts();
        require(open >= openAlerts, `${openAlerts} open alerts, not ${open}`);
      }, HANG_MS);
      await stack.crashRedis();
      await stack.startRedis();
      await recordsFlow(system);
      await postAll(urls, drivers, { isOverspeedFinished: '1', overspeedTime: '1' });
    },
  },
];

async function post(url: string, driverID: string, fields: object): Promise<number> {
  const response = await fetch(`${url}/addData`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...aWireRecord({ driverID, Time: new Date().toISOString() }), ...fields }),
    signal: AbortSignal.timeout(HANG_MS),
  });
  await response.body?.cancel();
  return response.status;
}

/** Posts a record of each driver, to one API or the other, until it is accepted. */
async function postAll(urls: readonly string[], drivers: readonly string[], fields: object): Promise<void> {
  const postUntilAccepted = async (driverID: string, n: number): Promise<void> => {
    const url = urls[n % urls.length] ?? '';
    await eventually(async () => {
      require((await post(url, driverID, fields)) === 202, 'a record to be accepted');
    }, HANG_MS);
  };
  await pMap(drivers, postUntilAccepted, { concurrency: POSTS_AT_ONCE });
}
