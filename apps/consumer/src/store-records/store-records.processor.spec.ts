import { consumerEnvSchema, parseEnv } from '@drivewatch/config';
import { type DrivingRecord, toRecordJob } from '@drivewatch/contracts';
import { aRecord } from '@drivewatch/test-records';
import { UnrecoverableError, type Job } from 'bullmq';
import { StoreRecordsProcessor } from './store-records.processor';

/** A processor on a store that does what the test says, and what it did to the queue. */
function aProcessor(insertNew: (records: DrivingRecord[]) => Promise<number>) {
  const pausesMs: number[] = [];
  const queue = { on: () => queue, rateLimit: (ms: number) => Promise.resolve(void pausesMs.push(ms)) };
  const config = parseEnv(consumerEnvSchema, { DATABASE_URL: 'postgresql://db', REDIS_URL: 'redis://queue' });
  const processor = new StoreRecordsProcessor({ insertNew } as never, queue as never, config);
  return { pausesMs, process: (data: unknown) => processor.process({ id: '7', data } as Job) };
}

const queryError = (code: string) => Object.assign(new Error('refused'), { code });

describe(StoreRecordsProcessor.name, () => {
  it('stores the records of a job together', async () => {
    const stored: DrivingRecord[][] = [];
    const { process } = aProcessor((records) => Promise.resolve(stored.push(records)));
    const records = [aRecord(), aRecord()];
    await process(toRecordJob(records));
    expect(stored).toEqual([records]);
  });

  it.each([
    [toRecordJob([])],
    [toRecordJob([{ ...aRecord(), speedKmh: 'fast' as never }])],
    [null],
    [{ ...toRecordJob([aRecord()]), more: 1 }],
    [{ fields: ['id'], rows: toRecordJob([aRecord()]).rows }],
  ])('gives up a job that is no job of records, and stores nothing of it', async (data) => {
    const { process, pausesMs } = aProcessor(() => Promise.reject(new Error('must not be stored')));
    await expect(process(data)).rejects.toBeInstanceOf(UnrecoverableError);
    expect(pausesMs).toEqual([]);
  });

  it('gives up a job whose data PostgreSQL refuses', async () => {
    const { process } = aProcessor(() => Promise.reject(queryError('22021')));
    await expect(process(toRecordJob([aRecord()]))).rejects.toBeInstanceOf(UnrecoverableError);
  });

  it.each([
    ['no connection', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })],
    ['no table yet', queryError('42P01')],
    ['a full disk', queryError('53100')],
  ])('puts a job back and pauses the queue at %s, without counting it as a failure', async (_, error) => {
    const { process, pausesMs } = aProcessor(() => Promise.reject(error));
    await expect(process(toRecordJob([aRecord()]))).rejects.toMatchObject({ name: 'RateLimitError' });
    expect(pausesMs).toHaveLength(1);
  });
});
