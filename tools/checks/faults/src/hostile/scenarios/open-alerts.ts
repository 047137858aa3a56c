import { REDIS_PREFIX } from '@drivewatch/redis';
import { type WireRecord } from '@drivewatch/contracts';
import { ADD_DATA_PATH } from '@drivewatch/device-client';
import { eventually } from '@drivewatch/testing';
import { HANG_MS, require } from '../../scenarios/watch';
import { type HostileContext, sized } from '../hostile-scenario';

const SIZES = {
  full: { drivers: 5_000, most: 300, mostOfKey: 200 },
  // The limits leave room for the alerts of the honest devices of all scenarios, some of which end in the middle of a
  // spell.
  short: { drivers: 600, most: 150, mostOfKey: 100 },
};

/** One upload has drivers who all begin to speed, and never stop. */
export const openAlerts = sized(SIZES, ({ drivers, most, mostOfKey }) => ({
  name: 'open-alerts',
  what: `one upload of ${drivers} drivers who begin to speed, with a key of the whole fleet`,
  apiEnv: {
    MAX_OPEN_ALERTS: String(most),
    MAX_OPEN_ALERTS_PER_KEY: String(mostOfKey),
  },
  isAlone: true,
  act: async (context) => {
    const { stack, apiMemory, note } = context;
    await upload(context, await context.keyFor(null), drivers);
    const withheld = await eventually(async () => {
      const count = await withheldAlerts(context);
      require(count >= drivers - mostOfKey, `all starts to be decided on, but ${count} are withheld`);
      return count;
    }, HANG_MS);
    const open = await stack.redis().hlen(`${REDIS_PREFIX}:alerts:active`);
    note(
      `${open} alerts open, ${withheld} withheld; ${Math.round(apiMemory.riseBytes / 1e6)} MB more held by the API`,
    );
    require(open <= most, `at most ${most} open alerts, not ${open}`);
    require(withheld === drivers - mostOfKey, `the key to have ${mostOfKey} alerts`);
  },
}));

async function upload({ stack, name }: HostileContext, key: string, drivers: number): Promise<void> {
  const record = (n: number): WireRecord => ({
    driverID: `${name}/${n}`,
    Speed: '140',
    Time: new Date().toISOString(),
    isOverspeed: '1',
  });
  const lines = Array.from({ length: drivers }, (_, n) => JSON.stringify(record(n)));
  const response = await fetch(`${stack.url}${ADD_DATA_PATH}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
    body: lines.join('\n'),
  });
  require(response.ok, `the upload to be accepted, not ${response.status}: ${await response.text()}`);
}

async function withheldAlerts({ stack, signIn }: HostileContext): Promise<number> {
  const response = await fetch(`${stack.url}/metrics`, { headers: { cookie: await signIn('admin') } });
  const [, count] = /^drivewatch_alerts_withheld_total (\d+)$/m.exec(await response.text()) ?? [];
  return Number(count ?? 0);
}
