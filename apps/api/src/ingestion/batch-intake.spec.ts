import type { AcceptedRecord, Rejection } from '@drivewatch/contracts';
import { BatchIntake, type BatchSteps, type Verdict } from './batch-intake';
import { InterruptedBatchError, malformedJson, QueueUnavailableError } from './ingestion-errors';
import { aWorkPace } from './work-pace.fake';

const aRecord = (index: number): AcceptedRecord => ({ id: `id-${index}`, driverId: 'd1' }) as AcceptedRecord;
const noneTurned = new Map<AcceptedRecord, Omit<Rejection, 'index'>>();
const nothingHeld = { unassignedBytes: 0, assignBytes: () => 0, release: () => undefined };

const accepted = (index: number): Verdict => ({ isAccepted: true, record: aRecord(index) });
const rejected = (errors: Rejection['errors']): Verdict => ({
  isAccepted: false,
  rejection: { code: 'INVALID_RECORD', errors },
});

/** Returns an intake that takes all but negative numbers, and notes in which chunks they are queued. */
function anIntake({
  maxRecords = 10_000,
  work = aWorkPace(),
  ...steps
}: Partial<BatchSteps> & { maxRecords?: number; work?: ReturnType<typeof aWorkPace> } = {}) {
  const chunks: AcceptedRecord[][] = [];
  const intake = new BatchIntake(
    {
      judge: (sent, index) =>
        (sent as number) < 0 ? rejected([{ field: '', message: 'is negative' }]) : accepted(index),
      enqueue: (records) => {
        chunks.push(records);
        return Promise.resolve(noneTurned);
      },
      sentIdOf: ({ id }) => id,
      noteAccepted: () => [],
      onSettled: () => undefined,
      ...steps,
    },
    nothingHeld,
    work,
    maxRecords,
  );
  return { intake, chunks };
}
const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

describe(BatchIntake.name, () => {
  it('queues in chunks of 500, in order, whatever pieces the records come in', async () => {
    const { intake, chunks } = anIntake();
    const answer = await intake.take([numbers(300), numbers(300), numbers(601)]);
    expect(answer).toEqual({ accepted: 1_201, rejected: [], rejectedCount: 0 });
    expect(chunks.map((chunk) => chunk.length)).toEqual([500, 500, 201]);
    expect(chunks.flat().map(({ id }) => id)).toEqual(numbers(1_201).map((n) => `id-${n}`));
  });

  it('returns the ids of up to 1,000 records, and the position of each rejected one', async () => {
    const { intake } = anIntake();
    const answer = await intake.take([[0, -1, 2], [-1]]);
    expect(answer.ids).toEqual(['id-0', 'id-2']);
    expect(answer.rejected.map(({ index }) => index)).toEqual([1, 3]);
  });

  it('warns of each kind once, with the position of the first record, and not of those turned away', async () => {
    const reason = { code: 'RECORD_ID_REUSED' as const, errors: [] };
    const { intake } = anIntake({
      enqueue: ([first]) => Promise.resolve(new Map(first?.id === 'id-0' ? [[first, reason]] : [])),
      noteAccepted: ({ id }) => {
        if (id === 'id-700') return ['zeroPosition', 'clockAhead'];
        return ['id-0', 'id-2', 'id-701'].includes(id) ? ['clockAhead'] : [];
      },
    });
    const { warnings } = await intake.take([[0, -1, ...numbers(800).slice(2)]]);
    expect(warnings).toMatchObject([
      { code: 'CLOCK_AHEAD', field: 'Time', count: 3, firstIndex: 2 },
      { code: 'ZERO_POSITION', field: 'Latitude', count: 1, firstIndex: 700 },
    ]);
  });

  it('rejects records that are turned away at queueing, each at its position', async () => {
    const reason = { code: 'RECORD_ID_REUSED' as const, errors: [] };
    const settled: [number, number[]][] = [];
    const { intake } = anIntake({
      enqueue: (records) =>
        Promise.resolve(new Map([0, 2, 499].flatMap((n) => (records[n] ? [[records[n], reason]] : [])))),
      onSettled: (accepted, rejected) => settled.push([accepted, rejected.map(({ index }) => index)]),
      sentIdOf: ({ id }) => `sent-${id}`,
    });
    const answer = await intake.take([[0, -1, ...numbers(600).slice(2)]]);
    expect(answer).toMatchObject({ accepted: 595, rejectedCount: 5 });
    expect(answer.rejected.map(({ index, code }) => [index, code])).toEqual([
      [0, 'RECORD_ID_REUSED'],
      [1, 'INVALID_RECORD'],
      [3, 'RECORD_ID_REUSED'],
      [500, 'RECORD_ID_REUSED'],
      [502, 'RECORD_ID_REUSED'],
    ]);
    expect(answer.ids?.slice(0, 3)).toEqual(['sent-id-2', 'sent-id-4', 'sent-id-5']);
    expect(answer.ids).toHaveLength(595);
    expect(settled).toEqual([
      [497, [0, 1, 3]],
      [98, [500, 502]],
    ]);
  });

  it('has at most two chunks under way, so that a slow queue slows the reading', async () => {
    const finish: (() => void)[] = [];
    const { intake } = anIntake({
      enqueue: () => new Promise((resolve) => finish.push(() => resolve(noneTurned))),
    });
    let read = 0;
    const batches = (function* () {
      for (; read < 5; read += 1) yield numbers(500);
    })();
    const taken = intake.take(batches);
    const settle = async (): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve));
    };
    await settle();
    expect([finish.length, read]).toEqual([2, 1]);
    for (let n = 0; n < 5; n += 1) {
      finish[n]?.();
      await settle();
    }
    expect((await taken).accepted).toBe(2_500);
  });

  it('counts as accepted everything before the first chunk that failed', async () => {
    let chunk = 0;
    const enqueue = (): Promise<typeof noneTurned> => {
      chunk += 1;
      return chunk === 2 ? Promise.reject(new Error('away')) : Promise.resolve(noneTurned);
    };
    const settled: number[] = [];
    const { intake } = anIntake({ enqueue, onSettled: (accepted) => settled.push(accepted) });
    const error: unknown = await intake.take([[-1, ...numbers(1_700)]]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InterruptedBatchError);
    expect((error as InterruptedBatchError).progress).toMatchObject({
      accepted: 499,
      nextIndex: 500,
      rejectedCount: 1,
    });
    expect((error as InterruptedBatchError).cause).toMatchObject({ message: 'away' });
    expect(settled).toEqual([499]);
  });

  it('queues nothing behind a chunk that is known to have failed', async () => {
    const queued: number[] = [];
    const enqueue = (records: AcceptedRecord[]): Promise<typeof noneTurned> => {
      queued.push(records.length);
      return queued.length === 2 ? Promise.reject(new Error('full')) : Promise.resolve(noneTurned);
    };
    const batches = (async function* () {
      for (const size of [500, 499, 1, 400]) {
        yield numbers(size);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    await expect(anIntake({ enqueue }).intake.take(batches)).rejects.toMatchObject({
      progress: { accepted: 500, nextIndex: 500 },
    });
    expect(queued).toEqual([500, 500]);
  });

  it('takes all that came before the sender failed, so that nothing is sent twice', async () => {
    const batches = (function* () {
      yield numbers(700);
      yield [-1];
      throw malformedJson('breaks off');
    })();
    const { intake, chunks } = anIntake();
    await expect(intake.take(batches)).rejects.toMatchObject({
      problem: { code: 'MALFORMED_JSON' },
      progress: { accepted: 700, nextIndex: 701, rejectedCount: 1 },
    });
    expect(chunks.map((queued) => queued.length)).toEqual([500, 200]);
  });

  it('names the queue as the cause when it fails for what came before the sender failed', async () => {
    const batches = (function* () {
      yield numbers(3);
      throw malformedJson('breaks off');
    })();
    const enqueue = () => Promise.reject(new QueueUnavailableError('away'));
    await expect(anIntake({ enqueue }).intake.take(batches)).rejects.toMatchObject({
      problem: { code: 'QUEUE_UNAVAILABLE' },
      progress: { accepted: 0, nextIndex: 0 },
    });
  });

  it('keeps what was queued when the server fails, and sends no more', async () => {
    const batches = (function* () {
      yield numbers(700);
      throw new Error('out of order');
    })();
    const { intake, chunks } = anIntake();
    await expect(intake.take(batches)).rejects.toMatchObject({ progress: { accepted: 500, nextIndex: 500 } });
    expect(chunks.map((queued) => queued.length)).toEqual([500]);
  });

  it('judges nothing after the 1,000th rejection, and says where to continue', async () => {
    const judged: unknown[] = [];
    const { intake, chunks } = anIntake({
      judge: (sent, index) => {
        judged.push(sent);
        return (sent as number) < 0 ? rejected([]) : accepted(index);
      },
    });
    const bad = Array.from({ length: 999 }, () => -1);
    const error: unknown = await intake
      .take([[0, ...bad, 1, -1, 2, 3], numbers(9)])
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      cause: { problem: { status: 422, code: 'TOO_MANY_REJECTED' } },
      progress: { accepted: 2, nextIndex: 1_002, rejectedCount: 1_000 },
    });
    expect((error as InterruptedBatchError).progress.rejected).toHaveLength(1_000);
    expect([judged.length, chunks.flat().length]).toEqual([1_002, 2]);
  });

  it('accepts a request with 1,000 rejections and nothing after them', async () => {
    const { intake } = anIntake();
    const answer = await intake.take([[0], Array.from({ length: 1_000 }, () => -1)]);
    expect(answer).toMatchObject({ accepted: 1, rejectedCount: 1_000 });
  });

  it('counts records that are turned away at queueing among the rejections', async () => {
    const reason = { code: 'RECORD_ID_REUSED' as const, errors: [] };
    const enqueue = (records: AcceptedRecord[]) =>
      Promise.resolve(new Map(records.map((record) => [record, reason])));
    await expect(anIntake({ enqueue }).intake.take([numbers(5_000)])).rejects.toMatchObject({
      cause: { problem: { code: 'TOO_MANY_REJECTED' } },
      progress: { accepted: 0, nextIndex: 1_500, rejectedCount: 1_500 },
    });
  });

  it('lets others go first whenever its time is up, even if all records are rejected', async () => {
    let turns = 0;
    const work = aWorkPace({
      isPauseDue: true,
      pause: async () => {
        turns += 1;
        await new Promise((resolve) => setImmediate(resolve));
      },
    });
    await anIntake({ work }).intake.take([Array.from({ length: 700 }, () => -1)]);
    // The clock is read every sixteen records.
    expect(turns).toBeGreaterThanOrEqual(Math.floor(700 / 16));
  });

  it('queues nothing more and judges nothing more once the work is stopped', async () => {
    let judged = 0;
    const gone = new Error('gone');
    const work = aWorkPace({
      throwIfStopped: () => {
        if (judged > 500) throw gone;
      },
    });
    const { intake, chunks } = anIntake({ work, judge: (_, index) => ((judged += 1), accepted(index)) });
    await expect(intake.take([numbers(5_000)])).rejects.toMatchObject({
      cause: gone,
      progress: { accepted: 500, nextIndex: 500 },
    });
    expect([judged, chunks.length]).toEqual([1_000, 1]);
  });

  it('reports the work of each chunk, and waits before the next one while that is too much', async () => {
    const work = aWorkPace();
    let paid = 0;
    work.payDebt = () => {
      paid += 1;
      return Promise.resolve();
    };
    await anIntake({ work }).intake.take([[-1, ...numbers(600)]]);
    expect(work.charged).toEqual([
      { accepted: 499, rejected: 1, bytes: 0 },
      { accepted: 101, rejected: 0, bytes: 0 },
    ]);
    expect(paid).toBe(2);
  });

  it('accepts as many records as a request may have, and not one more', async () => {
    const { accepted } = await anIntake({ maxRecords: 600 }).intake.take([numbers(600)]);
    expect(accepted).toBe(600);
    await expect(anIntake({ maxRecords: 600 }).intake.take([numbers(601)])).rejects.toMatchObject({
      cause: { problem: { status: 422, code: 'TOO_MANY_RECORDS' } },
      progress: { accepted: 600, nextIndex: 600 },
    });
  });
});
