import { setTimeout as sleep } from 'node:timers/promises';
import { commandLineOf, freePort } from '@drivewatch/local-services';
import { eventually, StandInCheckout, type LauncherRun } from './stand-in-checkout';

const QUIET_MS = 3_000;

/** Notes that it runs, and goes on until it is ended. */
const ENDLESS_JOB = `
  import { appendFileSync } from 'node:fs';
  setInterval(() => {}, 1000);
  appendFileSync('events.txt', 'hangs spark-submit ' + process.pid + '\\n');
`;
const FAILING_JOB = `console.error('reading'); console.error('✗ the disk is full'); process.exitCode = 1;`;

describe('the sample days of a first start', () => {
  let checkout: StandInCheckout;
  let port: number;
  beforeEach(async () => {
    checkout = await StandInCheckout.create();
    port = await freePort();
  });
  afterEach(() => checkout.remove());

  const says = (run: LauncherRun, text: string) => eventually(() => run.output().includes(text), run.output);
  const SAMPLE_EVENTS = ['imported-3', 'summed-up', 'hangs'];
  const sampleEvents = async () =>
    (await checkout.events()).filter(({ what }) => SAMPLE_EVENTS.includes(what));
  /** There is no event to wait for: in a first start, the job is done in half of this time. */
  const staysQuiet = async (run: LauncherRun) => {
    await says(run, 'Drivewatch runs at');
    await sleep(QUIET_MS);
    expect(run.output()).not.toContain('Summary page');
  };
  const stop = async (run: LauncherRun) => {
    run.process.kill('SIGTERM');
    expect(await run.ended).toBe(0);
  };

  it('are imported and summed up once the page is up, and not again at the next start', async () => {
    checkout.env.FLEET_TIME_ZONE = 'Asia/Shanghai';
    const first = checkout.start(port);
    await says(first, `Summary page: http://localhost:${port}/summary shows the sample days`);
    expect(first.output()).toMatch(
      /Drivewatch runs at [^]*Summary page: making sample days in the background/,
    );
    const events = (await sampleEvents()).map(({ what, name }) => `${what} ${name}`);
    expect(events).toEqual(['imported-3 importer', 'summed-up Asia/Shanghai']);
    await stop(first);

    const second = checkout.start(port);
    await staysQuiet(second);
    await stop(second);
    expect(await sampleEvents()).toHaveLength(2);
  });

  it('are ended with the launcher, at once and silently', async () => {
    await checkout.setApp('dist/tools/spark-submit/main.mjs', ENDLESS_JOB);
    const run = checkout.start(port);
    await eventually(async () => (await sampleEvents()).length === 2, run.output);
    await stop(run);
    const job = (await sampleEvents()).find(({ what }) => what === 'hangs');
    expect(await commandLineOf(job?.pid ?? 0)).toBe('');
    expect(run.output()).not.toMatch(/no sample days|shows the sample days/);
  });

  it.each([
    ['Java is missing', { JAVA_HOME: '/nowhere' }, /Java 17 or later is needed.*install/],
    ['the job fails', {}, /spark-submit.* failed \(the disk is full\); see \S+summaries\.log/],
  ])('are done without, in one line, when %s', async (_why, env, line) => {
    Object.assign(checkout.env, env);
    await checkout.setApp('dist/tools/spark-submit/main.mjs', FAILING_JOB);
    const run = checkout.start(port);
    await says(run, 'Summary page: no sample days');
    expect(run.output()).toMatch(line);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    await stop(run);
  });

  it.each([
    ['--no-demo', {}, ['--no-demo']],
    ["somebody's own bucket", { RECORDS_BUCKET: 's3://records' }, []],
  ])('are left out with %s', async (_what, env, args) => {
    Object.assign(checkout.env, env);
    const run = checkout.start(port, ...args);
    await staysQuiet(run);
    await stop(run);
    expect(await sampleEvents()).toEqual([]);
  });
});
