import { eventually, type Stack } from '@drivewatch/testing';
import { readHealth } from './read-health';
import { metricsOf } from './metrics-of';
import { suiteStack } from './suite-stack';

describe('a Drivewatch whose Redis is set otherwise', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await suiteStack();
  });
  afterEach(async () => {
    await stack.redis().config('SET', 'maxmemory-policy', 'noeviction');
    await stack.redis().config('SET', 'appendonly', 'yes');
  });

  it('is not ready while Redis would lose what it confirms, and neither app starts on it', async () => {
    const redisCheck = async () => (await readHealth(stack.url)).health.checks.redis;
    const durable = async () => (await metricsOf(stack.url)).get('drivewatch_redis_durable');
    const startApi = () => stack.startFurtherApi();
    const startConsumer = () => stack.startConsumer();
    for (const [name, wrong, right, said, start] of [
      [
        'maxmemory-policy',
        'allkeys-lru',
        'noeviction',
        /maxmemory-policy is allkeys-lru.*noeviction/,
        startApi,
      ],
      ['appendonly', 'no', 'yes', /appendonly is no.*appendonly yes/, startConsumer],
    ] as const) {
      await stack.redis().config('SET', name, wrong);
      await eventually(async () => {
        expect(await redisCheck()).toMatchObject({
          status: 'down',
          message: expect.stringMatching(said) as string,
        });
        expect(await durable()).toBe(0);
      });
      await expect(start()).rejects.toThrow(said);
      await stack.redis().config('SET', name, right);
      await eventually(async () => {
        expect(await redisCheck()).toMatchObject({ status: 'up' });
        expect(await durable()).toBe(1);
      });
    }
  });
});
