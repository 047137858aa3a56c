import { type DrivingRecord, type RecordJob, toRecordJob } from '@drivewatch/contracts';
import { aRecord } from '@drivewatch/contracts/samples';
import { DelayedError, UnrecoverableError, type Job } from 'bullmq';
import { Registry } from 'prom-client';
import { StoreMetrics } from './store-metrics';
import { StoreRecordsProcessor } from './store-records.processor';

/** Returns a processor on a store that does what the test says, and what it did to the queue. */
function aProcessor(
  insertNew: (records: DrivingRecord[]) => Promise<number>,
  updateData?: (data: unknown) => Promise<void>,
  usedOtherwise: (records: DrivingRecord[]) => DrivingRecord[] = () => [],
) {
  const pausesMs: number[] = [];
  const queue = {
    on: () => queue,
    rateLimit: (ms: number) => Promise.resolve(void pausesMs.push(ms)),
    getDelayedCount: () => Promise.resolve(0),
  };
  const delayedBy: unknown[] = [];
  const registry = new Registry();
  const processor = new StoreRecordsProcessor(
    {
      insertNew,
      usedOtherwise: (records: DrivingRecord[]) => Promise.resolve(usedOtherwise(records)),
    } as never,
    new StoreMetrics(registry),
    queue as never,
    {} as never,
  );
  const counted = async (name: string) =>
    (await registry.getSingleMetric(`drivewatch_records_${name}_total`)?.get())?.values[0]?.value;
  const left: unknown[] = [];
  const keep = updateData ?? ((data: unknown) => Promise.resolve(void left.push(data)));
  return {
    pausesMs,
    counted,
    left,
    delayedBy,
    process: (data: unknown) => {
      const moveToDelayed = (_at: number, token: unknown) => Promise.resolve(void delayedBy.push(token));
      return processor.process(
        { id: '7', data, updateData: keep, moveToDelayed } as unknown as Job<RecordJob>,
        'held',
      );
    },
  };
}

const queryError = (code: string) => Object.assign(new Error('refused'), { code });

describe(StoreRecordsProcessor.name, () => {
  it('stores the records of a job together', async () => {
    const stored: DrivingRecord[][] = [];
    const { process } = aProcessor((records) => Promise.resolve(stored.push(records)));
    const records = [aRecord(), aRecord()];
    await process(toRecordJob(records));
    expect(stored).toMatchObject([records]);
  });

  it.each([
    [toRecordJob([])],
    [toRecordJob([{ ...aRecord(), speedKmh: 'fast' as never }])],
    [
      toRecordJob([
        { ...aRecord(), speedKmh: 501 },
        { ...aRecord(), id: 'none' },
      ]),
    ],
    [null],
    [{ ...toRecordJob([aRecord()]), version: 'new' }],
    [{ fields: ['id'], rows: toRecordJob([aRecord()]).rows }],
  ])('gives up a job that is no job of records, and stores nothing of it', async (data) => {
    const { process, pausesMs } = aProcessor(() => Promise.reject(new Error('must not be stored')));
    await expect(process(data)).rejects.toBeInstanceOf(UnrecoverableError);
    expect(pausesMs).toEqual([]);
  });

  it('leaves a job of a newer version in the queue, and stores nothing of it', async () => {
    const { process, pausesMs, delayedBy } = aProcessor(() =>
      Promise.reject(new Error('must not be stored')),
    );
    await expect(process({ ...toRecordJob([aRecord()]), version: 2 })).rejects.toBeInstanceOf(DelayedError);
    expect([delayedBy, pausesMs]).toEqual([['held'], []]);
  });

  it('gives up a job whose data PostgreSQL refuses', async () => {
    const { process } = aProcessor(() => Promise.reject(queryError('22021')));
    await expect(process(toRecordJob([aRecord()]))).rejects.toBeInstanceOf(UnrecoverableError);
  });

  it('stores what can be stored, and leaves only the other records in the job, named and with their reasons', async () => {
    const records = Array.from({ length: 10 }, () => aRecord());
    const [unreadable, refused] = [{ ...aRecord(), speedKmh: -1 }, aRecord({ plateNumber: 'refused' })];
    const stored: DrivingRecord[] = [];
    const { process, left, counted } = aProcessor((part) => {
      if (part.some(({ plateNumber }) => plateNumber === 'refused'))
        return Promise.reject(queryError('22021'));
      stored.push(...part);
      return Promise.resolve(part.length - 1);
    });
    const job = process(
      toRecordJob([...records.slice(0, 3), unreadable, ...records.slice(3, 9), refused, ...records.slice(9)]),
    );
    await expect(job).rejects.toBeInstanceOf(UnrecoverableError);
    await expect(job).rejects.toThrow(
      /^2 of 12 records cannot be stored and are set aside; row 4: speedKmh: .*; row 11: id [0-9a-f-]{36}: .*22021/,
    );
    expect(stored).toMatchObject(records);
    expect(left).toEqual([toRecordJob([unreadable, refused])]);
    const duplicates = (await counted('duplicate')) ?? 0;
    expect(duplicates).toBeGreaterThan(0);
    expect(await counted('stored')).toBe(10 - duplicates);
    expect(await counted('set_aside')).toBe(2);
  });

  it('sets aside a record whose id stands for another one, and recognises one that was sent again', async () => {
    const claim = { content: '5c0c6a5e-6e0f-5f5b-9d0b-3f0f6f1a7c42', sentId: null };
    const [fresh, again, other] = [1, 2, 3].map((speedKmh) => ({ ...aRecord({ speedKmh }), claim }));
    const refused = { ...aRecord({ speedKmh: 3, plateNumber: 'refused' }), claim };
    const { process, left, counted } = aProcessor(
      (part) =>
        part.some(({ plateNumber }) => plateNumber === 'refused')
          ? Promise.reject(queryError('22021'))
          : Promise.resolve(part.filter(({ speedKmh }) => speedKmh === 1).length),
      undefined,
      (records) => records.filter(({ speedKmh }) => speedKmh === 3),
    );
    const sent = [fresh, again, other, refused].filter((record) => record !== undefined);
    await expect(process(toRecordJob(sent))).rejects.toThrow(
      /^2 of 4 records cannot be stored and are set aside; row 3: id [0-9a-f-]{36}: its recordId or Idempotency-Key was used before for another record, which stays; row 4: .*22021/,
    );
    expect(left).toEqual([toRecordJob(sent.slice(2))]);
    expect(await Promise.all(['stored', 'duplicate', 'conflicting', 'set_aside'].map(counted))).toEqual([
      1, 1, 1, 2,
    ]);
  });

  it('asks nothing more about a job whose records were all new', async () => {
    const { process } = aProcessor(
      (part) => Promise.resolve(part.length),
      undefined,
      () => {
        throw new Error('must not be asked');
      },
    );
    expect(await process(toRecordJob([aRecord(), aRecord()]))).toEqual({ stored: 2 });
  });

  it('has the same result when the consumer dies between storing and setting aside, and another runs the job again', async () => {
    const job = toRecordJob([aRecord(), aRecord({ plateNumber: 'refused' }), aRecord()]);
    const table = new Set<string>();
    const store = (part: DrivingRecord[]) => {
      if (part.some(({ plateNumber }) => plateNumber === 'refused'))
        return Promise.reject(queryError('22021'));
      const before = table.size;
      for (const { id } of part) table.add(id);
      return Promise.resolve(table.size - before);
    };
    const dying = aProcessor(store, () => Promise.reject(new Error('Connection is closed')));
    await expect(dying.process(job)).rejects.toThrow('Connection is closed');
    const next = aProcessor(store);
    await expect(next.process(job)).rejects.toThrow(/^1 of 3 records/);
    expect(table.size).toBe(2);
    expect(next.left).toEqual([{ fields: job.fields, rows: [job.rows[1]] }]);
    expect([await next.counted('stored'), await next.counted('duplicate')]).toEqual([0, 2]);
  });

  it('leaves a job of which nothing can be stored as it is', async () => {
    const { process, left } = aProcessor(() => Promise.reject(queryError('22003')));
    await expect(process(toRecordJob([aRecord(), aRecord()]))).rejects.toThrow(/^2 of 2 records/);
    expect(left).toEqual([]);
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
