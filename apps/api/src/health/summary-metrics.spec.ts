import { Readable } from 'node:stream';
import { ObjectNotFoundError, type ObjectStore, ObjectStoreError } from '@drivewatch/object-store';
import { Logger } from '@nestjs/common';
import { SummaryMetrics } from './summary-metrics';

const MINUTE_MS = 60_000;

describe(SummaryMetrics.name, () => {
  let note: string | Error;
  let reads: number;
  let metrics: SummaryMetrics;
  beforeEach(() => {
    jest.useFakeTimers();
    jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    reads = 0;
    const get = () => {
      reads += 1;
      return note instanceof Error ? Promise.reject(note) : Promise.resolve({ body: Readable.from([note]) });
    };
    metrics = new SummaryMetrics({ get } as unknown as ObjectStore);
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  const shown = async () => {
    const all = await (await metrics.read()).getMetricsAsJSON();
    return Object.fromEntries(
      all.map(({ name, values }) => [name.replace(/^drivewatch_summaries_/, ''), values[0]?.value]),
    );
  };

  it('looks at most once a minute, and shows what the job has noted by that time', async () => {
    note = '{"lastSuccessSeconds":null,"failedInARow":1}';
    expect(await shown()).toEqual({ last_success_timestamp_seconds: undefined, failed_runs: 1 });
    note = '{"lastSuccessSeconds":17.5,"failedInARow":0}';
    jest.advanceTimersByTime(MINUTE_MS - 1);
    expect(await shown()).toMatchObject({ failed_runs: 1 });
    expect(reads).toBe(1);
    jest.advanceTimersByTime(1);
    expect(await shown()).toEqual({ last_success_timestamp_seconds: 17.5, failed_runs: 0 });
  });

  it.each([
    ['the job has not run yet', new ObjectNotFoundError('none')],
    ['the bucket cannot be read', new ObjectStoreError('s3://public cannot be read')],
    ['the note is none', '{"lastSuccessSeconds":'],
    ['the note says something else', '{"lastSuccessSeconds":"today","failedInARow":0}'],
  ])('shows nothing, rather than what was, where %s', async (_, found) => {
    note = '{"lastSuccessSeconds":17.5,"failedInARow":3}';
    expect(await shown()).toMatchObject({ failed_runs: 3 });
    note = found;
    jest.advanceTimersByTime(MINUTE_MS);
    expect(await shown()).toEqual({ last_success_timestamp_seconds: undefined, failed_runs: undefined });
  });
});
