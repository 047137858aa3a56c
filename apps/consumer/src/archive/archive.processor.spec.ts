import { consumerEnvSchema, parseEnv } from '@drivewatch/config';
import { Registry } from 'prom-client';
import { ArchiveProcessor } from './archive.processor';

/** What a consumer with this setting does to the schedule. */
function scheduledWith(env: NodeJS.ProcessEnv): Promise<unknown[]> {
  const calls: unknown[] = [];
  const queue = {
    on: () => queue,
    upsertJobScheduler: (id: string, { every }: { every: number }) =>
      Promise.resolve(void calls.push([id, every])),
    removeJobScheduler: (id: string) => Promise.resolve(void calls.push([id, 'removed'])),
  };
  const services = { DATABASE_URL: 'postgresql://db', REDIS_URL: 'redis://queue' };
  const config = parseEnv(consumerEnvSchema, { ...services, ...env });
  const redis = { hset: () => Promise.resolve(), del: () => Promise.resolve() };
  new ArchiveProcessor(
    queue as never,
    {} as never,
    config,
    { registry: new Registry() } as never,
    redis as never,
  ).onApplicationBootstrap();
  return Promise.resolve(calls);
}

describe(ArchiveProcessor.name, () => {
  it('archives every hour unless told otherwise', async () => {
    expect(await scheduledWith({})).toEqual([['archive-records', 3_600_000]]);
    expect(await scheduledWith({ ARCHIVE_EVERY: '15m' })).toEqual([['archive-records', 900_000]]);
  });

  it('takes the schedule away where the archive is off', async () => {
    expect(await scheduledWith({ ARCHIVE_EVERY: 'off' })).toEqual([['archive-records', 'removed']]);
  });
});
