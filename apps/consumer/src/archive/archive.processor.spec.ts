import { consumerEnvSchema, parseEnv } from '@drivewatch/config';
import { archiveRecords, dropArchivedDays } from '@drivewatch/record-archive';
import { Logger } from '@nestjs/common';
import { Registry } from 'prom-client';
import { ArchiveProcessor } from './archive.processor';

jest.mock('@drivewatch/record-archive', () => ({
  ...jest.requireActual<typeof import('@drivewatch/record-archive')>('@drivewatch/record-archive'),
  archiveRecords: jest.fn(),
  dropArchivedDays: jest.fn(),
}));

const SERVICES = { DATABASE_URL: 'postgresql://db', REDIS_URL: 'redis://queue' };

/** Returns what a consumer with this setting does to the schedule. */
function scheduledWith(env: NodeJS.ProcessEnv): Promise<unknown[]> {
  const calls: unknown[] = [];
  const queue = {
    on: () => queue,
    upsertJobScheduler: (id: string, { every }: { every: number }) =>
      Promise.resolve(void calls.push([id, every])),
    removeJobScheduler: (id: string) => Promise.resolve(void calls.push([id, 'removed'])),
  };
  const config = parseEnv(consumerEnvSchema, { ...SERVICES, ...env });
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

  it('removes the schedule if the archive is off', async () => {
    expect(await scheduledWith({ ARCHIVE_EVERY: 'off' })).toEqual([['archive-records', 'removed']]);
  });

  it('notes how many days retention keeps because the bucket does not hold all of them', async () => {
    jest.mocked(archiveRecords).mockResolvedValue({ records: 0, files: 0, bytes: 0 });
    const kept = ['2017-01-01', '2017-01-02'];
    jest.mocked(dropArchivedDays).mockResolvedValue({
      dropped: [],
      kept,
      differing: kept.map((day) => `${day}: it is gone`),
    });
    jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    const logged = jest.spyOn(Logger.prototype, 'error').mockReturnValue(undefined);
    const hset = jest.fn().mockResolvedValue(0);
    const config = parseEnv(consumerEnvSchema, { ...SERVICES, RETENTION_DAYS: '30' });
    await new ArchiveProcessor(
      ...([{}, {}, config, { registry: new Registry() }, { hset }] as never as ConstructorParameters<
        typeof ArchiveProcessor
      >),
    ).process();
    expect(hset).toHaveBeenCalledWith(
      expect.any(String),
      expect.objectContaining({ failedInARow: 0, differingDays: 2 }),
    );
    expect(logged).toHaveBeenCalledWith(expect.stringMatching(/2017-01-01: it is gone \(and 1 other days\)/));
    jest.restoreAllMocks();
  });
});
