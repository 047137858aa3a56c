import {
  type AcceptedRecord,
  type AddDataAnswer,
  MAX_LISTED_RECORDS,
  MAX_REJECTED_RECORDS,
  type RecordWarningKind,
  type Rejection,
} from '@drivewatch/contracts';
import { toProblem } from '../http/to-problem';
import { InterruptedBatchError, tooManyRecords, tooManyRejected } from './ingestion-errors';
import { RejectionList } from './rejection-list';
import type { UploadWork } from './uploads/upload-work';
import { WarningList } from './warnings/warning-list';

/** A chunk holds at most as many records as a job. */
const CHUNK_RECORDS = 500;
/** A chunk of long records is queued before it is full; this bounds what a request holds in memory. */
const CHUNK_BYTES = 256 * 1024;
/** No record waits longer than this for others of its request: it may be news of an alert. */
const CHUNK_MS = 1_000;
/** How many records are judged between two looks at the clock; even the worst take no more than a millisecond. */
const CLOCK_EVERY = 16;
/** Two: the queue confirms one while the next one is read. So a slow queue slows down the reading of the body. */
const MAX_CHUNKS_UNDER_WAY = 2;

/** Whether a record was accepted: either the accepted record or the reason why not. */
export type Verdict =
  | { readonly isAccepted: true; readonly record: AcceptedRecord }
  | { readonly isAccepted: false; readonly rejection: Omit<Rejection, 'index'> };

/** Valid records that were turned away nevertheless, and why. */
export type Turned = ReadonlyMap<AcceptedRecord, Omit<Rejection, 'index'>>;

export interface BatchSteps {
  /** Checks a record as it was sent. */
  judge: (record: unknown, index: number) => Verdict;
  /** Resolves once the queue holds all of them, except those returned as turned away. */
  enqueue: (records: AcceptedRecord[]) => Promise<Turned>;
  /** Returns the id by which the answer names a record. */
  sentIdOf: (record: AcceptedRecord) => string;
  /** Called once for each accepted record, in order. Returns what to warn its sender of. */
  noteAccepted: (record: AcceptedRecord) => readonly RecordWarningKind[];
  /** Called for every settled chunk: how many records the queue confirmed, and which were rejected. */
  onSettled: (accepted: number, rejected: readonly Rejection[]) => void;
}

/** The bytes that a request holds in memory; `BodyReader` implements it. */
export interface HeldBytes {
  readonly unassignedBytes: number;
  assignBytes: () => number;
  release: (bytes: number) => void;
}

/** When the records of a request may be worked on; `UploadWork` implements it. */
export type WorkPace = Pick<UploadWork, 'isPauseDue' | 'pause' | 'payDebt' | 'charge' | 'throwIfStopped'>;

interface Chunk {
  records: { index: number; record: AcceptedRecord }[];
  rejections: Rejection[];
  /** The index after the chunk's last record. */
  nextIndex: number;
  bytes: number;
  queued: Promise<Turned>;
}

/** Takes the records of one request: checks them, queues them in chunks, in order, and keeps account of each. */
export class BatchIntake {
  private index = 0;
  /** The reason why a chunk could not be queued. */
  private failure: { cause: unknown } | null = null;
  private readonly underWay: Chunk[] = [];
  private accepted = 0;
  private nextIndex = 0;
  /** How many records have been rejected so far, including those of chunks that are not settled yet. */
  private refusedCount = 0;
  private readonly rejections = new RejectionList();
  private readonly warnings = new WarningList();
  private ids: string[] = [];

  constructor(
    private readonly steps: BatchSteps,
    private readonly held: HeldBytes,
    private readonly work: WorkPace,
    private readonly maxRecords: number,
  ) {}

  /**
   * @param batches records as they were sent
   * @returns what happened to every record
   * @throws InterruptedBatchError when the body, the queue, a limit or the sender ended the request midway
   */
  async take(batches: AsyncIterable<unknown[]> | Iterable<unknown[]>): Promise<AddDataAnswer> {
    try {
      await this.takeChunks(batches);
      await this.settleAll();
    } catch (cause) {
      await this.settleWhatWasQueued();
      const { accepted, nextIndex, rejections } = this;
      const { listed: rejected, count: rejectedCount } = rejections;
      throw new InterruptedBatchError(cause, { accepted, nextIndex, rejected, rejectedCount });
    }
    const { accepted, rejections, warnings } = this;
    return {
      accepted,
      rejected: rejections.listed,
      rejectedCount: rejections.count,
      ...(this.index <= MAX_LISTED_RECORDS && { ids: this.ids }),
      ...(warnings.all.length > 0 && { warnings: warnings.all }),
    };
  }

  private async takeChunks(batches: AsyncIterable<unknown[]> | Iterable<unknown[]>): Promise<void> {
    let chunk: unknown[] = [];
    let begunMs = 0;
    const sendChunk = async () => {
      const sent = chunk;
      chunk = [];
      await this.send(sent);
    };
    try {
      for await (const batch of Symbol.asyncIterator in batches ? withoutSilence(batches) : batches) {
        if (chunk.length === 0) begunMs = performance.now();
        for (const record of batch) {
          if (this.index + chunk.length >= this.maxRecords) throw tooManyRecords(this.maxRecords);
          chunk.push(record);
          if (chunk.length === CHUNK_RECORDS) await sendChunk();
        }
        if (chunk.length === 0) {
          // The text consisted of lines that are empty or too long; none of it is held.
          const bytes = this.held.assignBytes();
          this.held.release(bytes);
          this.work.charge({ accepted: 0, rejected: 0, bytes });
        } else if (this.held.unassignedBytes >= CHUNK_BYTES || performance.now() - begunMs >= CHUNK_MS) {
          await sendChunk();
        }
        if (this.work.isPauseDue) await this.work.pause();
      }
    } catch (error) {
      if (!isOfSender(error)) throw error;
      // The sender goes on from where it failed, so all that came before counts, and when the queue fails for that, this
      // is what the sender hears first. A chunk that has failed to be sent is not here any more.
      if (chunk.length > 0) await sendChunk();
      await this.settleAll();
      throw error;
    }
    if (chunk.length > 0) await sendChunk();
  }

  private async send(sent: unknown[]): Promise<void> {
    // Records queued after a failed chunk would be reported as not accepted, and be sent again.
    if (this.failure !== null) throw this.failure.cause;
    await this.work.payDebt();
    const { records, rejections } = await this.judge(sent);
    this.work.throwIfStopped();
    const bytes = this.held.assignBytes();
    this.work.charge({ accepted: records.length, rejected: rejections.length, bytes });
    const queued =
      records.length === 0
        ? Promise.resolve(NONE_TURNED)
        : this.steps.enqueue(records.map(({ record }) => record));
    // The result is handled when the chunk's turn comes.
    queued.catch((cause: unknown) => (this.failure ??= { cause }));
    this.underWay.push({ records, rejections, queued, nextIndex: this.index, bytes });
    if (records.length + rejections.length < sent.length) throw tooManyRejected();
    if (this.underWay.length === MAX_CHUNKS_UNDER_WAY) await this.settleOldest();
  }

  /** Judges records as they were sent, up to the first one beyond the number that may be rejected. */
  private async judge(sent: readonly unknown[]): Promise<Pick<Chunk, 'records' | 'rejections'>> {
    const records: Chunk['records'] = [];
    const rejections: Rejection[] = [];
    for (const record of sent) {
      if (this.refusedCount >= MAX_REJECTED_RECORDS) break;
      const index = this.index++;
      if (index % CLOCK_EVERY === 0 && this.work.isPauseDue) await this.work.pause();
      const verdict = this.steps.judge(record, index);
      if (verdict.isAccepted) {
        records.push({ index, record: verdict.record });
      } else {
        this.refusedCount += 1;
        rejections.push({ index, ...verdict.rejection });
      }
    }
    return { records, rejections };
  }

  private async settleAll(): Promise<void> {
    while (this.underWay.length > 0) await this.settleOldest();
  }

  /** @throws the error that queueing the chunk failed with; the chunk then stays under way */
  private async settleOldest(): Promise<void> {
    const [chunk] = this.underWay;
    if (chunk === undefined) return;
    const turned = await chunk.queued;
    this.underWay.shift();
    this.held.release(chunk.bytes);
    this.nextIndex = chunk.nextIndex;
    const taken = chunk.records.filter(({ record }) => !turned.has(record));
    const rejections = turned.size === 0 ? chunk.rejections : allRejections(chunk, turned);
    this.accepted += taken.length;
    this.refusedCount += rejections.length - chunk.rejections.length;
    this.rejections.add(rejections);
    for (const { index, record } of taken) this.warnings.add(index, this.steps.noteAccepted(record));
    if (this.index <= MAX_LISTED_RECORDS)
      for (const { record } of taken) this.ids.push(this.steps.sentIdOf(record));
    else this.ids = [];
    this.steps.onSettled(taken.length, rejections);
  }

  /**
   * Settles the chunks before the first that failed; those after it do not count, so that `nextIndex` skips no record.
   */
  private async settleWhatWasQueued(): Promise<void> {
    try {
      await this.settleAll();
    } catch {
      // This failure is the one being reported already, or follows from it.
    }
  }
}

const NONE_TURNED: Turned = new Map();

/** Tells whether the sender made a request fail: its body is malformed, too large, cut off or too slow. */
const isOfSender = (error: unknown): boolean => toProblem(error).problem.status < 500;

/** Returns all rejections of a chunk, in the order of the records. */
function allRejections({ records, rejections }: Chunk, turned: Turned): Rejection[] {
  const late = records.flatMap(({ index, record }) => {
    const reason = turned.get(record);
    return reason === undefined ? [] : [{ index, ...reason }];
  });
  return [...rejections, ...late].sort((one, other) => one.index - other.index);
}

/** Yields the batches as they come, and an empty one whenever none has come for as long as a record may wait. */
async function* withoutSilence(batches: AsyncIterable<unknown[]>): AsyncGenerator<unknown[], void> {
  const iterator = batches[Symbol.asyncIterator]();
  try {
    let next = iterator.next();
    for (;;) {
      const result = await orSilence(next);
      if (result === null) {
        yield [];
      } else {
        if (result.done === true) return;
        yield result.value;
        next = iterator.next();
      }
    }
  } finally {
    // This is not awaited: it would wait for a batch that may be long in coming.
    iterator.return?.().catch(() => undefined);
  }
}

/** Resolves with the next batch, or with `null` if none comes for as long as a record may wait. */
function orSilence<T>(next: Promise<T>): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, CHUNK_MS, null);
    void next.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
