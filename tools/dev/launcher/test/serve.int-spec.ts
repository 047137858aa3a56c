import { freePort } from '@drivewatch/local-services';
import { Redis } from 'ioredis';
import { eventually } from './stand-in-checkout';
import { ServedCheckout, type ServeRun } from './served-checkout';

describe('nx serve of an app', () => {
  let checkout: ServedCheckout;
  beforeEach(async () => {
    checkout = await ServedCheckout.create();
  });
  afterEach(() => checkout.remove());

  const says = (run: ServeRun, text: string) =>
    eventually(async () => (await run.answer()).greeting === text, run.output);
  const redisOf = async (run: ServeRun) =>
    new Redis((await run.answer()).REDIS_URL ?? '', { lazyConnect: true });

  it('runs what a changed source says, on the same services, until it is stopped', async () => {
    await checkout.setGreeting('one');
    const run = checkout.serve('api', await freePort());
    await says(run, 'one');
    const before = await run.answer();
    await checkout.setGreeting('two');
    await says(run, 'two');
    expect(await run.answer()).toEqual({ ...before, greeting: 'two' });
    expect(run.output()).toContain('Database schema: first, second');

    run.process.kill('SIGTERM');
    expect(await run.ended).toBe(0);
    expect(await run.answer()).toEqual({});
    await expect(new Redis(before.REDIS_URL ?? '', { retryStrategy: () => null }).ping()).rejects.toThrow();
  });

  it('goes on with what last built while a source does not, and with the source once it does again', async () => {
    await checkout.setGreeting('one');
    const run = checkout.serve('api', await freePort());
    await says(run, 'one');
    await checkout.setSource('export const greeting = ;');
    await eventually(() => run.output().includes('Unexpected ";"'), run.output);
    expect((await run.answer()).greeting).toBe('one');
    await checkout.setGreeting('two');
    await says(run, 'two');
  });

  it('says what is wrong with a source that does not build at first', async () => {
    await checkout.setSource('export const greeting = ;');
    const run = checkout.serve('api', await freePort());
    expect(await run.ended).toBe(1);
    expect(run.output()).toMatch(/Unexpected ";"[^]*✗ The build failed/);
  });

  it('shares the services with another app, which takes them over with their data when the first ends', async () => {
    await checkout.setGreeting('one');
    const first = checkout.serve('api', await freePort());
    await says(first, 'one');
    const second = checkout.serve('consumer', await freePort());
    await says(second, 'one');
    expect(second.output()).toContain('Uses the PostgreSQL and Redis that another program runs on');
    const urls = await second.answer();
    expect(urls).toEqual(await first.answer());
    const before = await redisOf(first);
    await before.set('kept', 'yes');
    before.disconnect();

    first.process.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    await eventually(
      () => second.output().includes('Has taken over the PostgreSQL and Redis'),
      second.output,
    );
    expect(await second.answer()).toEqual(urls);
    const after = await redisOf(second);
    expect(await after.get('kept')).toBe('yes');
    after.disconnect();
  });
});
