import {
  type AcceptedRecord,
  type AddDataAnswer,
  createReportedRecordSchema,
  type FieldError,
  type ProblemCode,
  type Rejection,
  toFieldErrors,
} from '@drivewatch/contracts';
import type { ApiConfig } from '@drivewatch/config';
import type { FleetClock } from '@drivewatch/detail-records';
import { Inject, Injectable } from '@nestjs/common';
import * as z from 'zod';
import { API_CONFIG, FLEET_CLOCK } from '../config.module';
import { IngestionMetrics } from './ingestion-metrics';
import {
  BatchIntake,
  type BatchSteps,
  type HeldBytes,
  type Turned,
  type Verdict,
  type WorkPace,
} from './batch-intake';
import { UnreadableRecord } from './body/unreadable-record';
import { NewDrivers } from './drivers/new-drivers.service';
import { contentOf } from './ids/record-content';
import { idOf, idOfSent } from './ids/record-ids';
import { UsedIds } from './ids/used-ids.service';
import { idReused, refusedRecord } from './ingestion-errors';
import { isDeeperThan } from './json-depth';
import { RecordQueueService } from './record-queue.service';
import type { Sender } from './sender';
import { RecordWarnings } from './warnings/record-warnings';
import { WarningList } from './warnings/warning-list';

/** Takes records from devices: checks them and queues them durably. */
@Injectable()
export class IngestionService {
  private readonly recordSchema: ReturnType<typeof createReportedRecordSchema>;

  constructor(
    @Inject(FLEET_CLOCK) private readonly clock: FleetClock,
    @Inject(API_CONFIG) private readonly config: ApiConfig,
    private readonly newDrivers: NewDrivers,
    private readonly usedIds: UsedIds,
    private readonly queue: RecordQueueService,
    private readonly metrics: IngestionMetrics,
    private readonly warnings: RecordWarnings,
  ) {
    // The schema is compiled, because it runs for every record.
    this.recordSchema = z.compile(createReportedRecordSchema(clock.toEpochMs, () => Date.now()));
  }

  /**
   * Takes one record.
   *
   * @param sent the record as parsed from JSON, not checked yet
   * @returns the answer, with the record's id as its sender knows it, once the queue holds the record
   * @throws ProblemError INVALID_RECORD naming every wrong field
   * @throws ProblemError when the sender may not report that driver, or not now, the record is nested too deep, or its
   * id was used for another one
   * @throws QueueUnavailableError when the record was not accepted and may be sent again
   */
  async accept(sent: unknown, sender: Sender): Promise<AddDataAnswer> {
    const verdict = this.judge(sent, 0, sender);
    if (!verdict.isAccepted) throw refusedRecord(verdict.rejection);
    const { record } = verdict;
    // Nearly all records have nothing to wait for.
    if (!this.newDrivers.isKnown(sender.reporter, record.driverId))
      await this.refuseNewDriver(record, sender);
    if (await this.usedIds.isUsed(record)) throw refusedRecord(reuseOf(record, sender));
    await this.queue.enqueue(record);
    this.metrics.countAccepted(1);
    const answer: AddDataAnswer = { accepted: 1, rejected: [], rejectedCount: 0, ids: [sentIdOf(record)] };
    const kinds = this.warnings.note(record);
    return kinds.length === 0 ? answer : { ...answer, warnings: new WarningList().add(0, kinds).all };
  }

  /**
   * Takes the records of a request that may have many; bad records do not hold up good ones.
   *
   * @param batches records as they were sent, not checked yet
   * @param held what the request holds in memory, given back as its records are queued
   * @param work already begun if the batches have been parsed
   * @throws InterruptedBatchError when the request ended midway, with what had happened to its records by then
   */
  async acceptAll(
    batches: AsyncIterable<unknown[]> | Iterable<unknown[]>,
    held: HeldBytes,
    work: WorkPace,
    sender: Sender,
  ): Promise<AddDataAnswer> {
    const steps = {
      judge: (sent: unknown, index: number) => this.judge(sent, index, sender),
      enqueue: this.enqueueInOrder(sender),
      sentIdOf,
      noteAccepted: (record: AcceptedRecord) => this.warnings.note(record),
      onSettled: (accepted: number, rejected: readonly Rejection[]) => {
        this.metrics.countAccepted(accepted);
        for (const { code } of rejected) this.metrics.countRejected(code, 1);
      },
    };
    return await new BatchIntake(steps, held, work, this.config.MAX_RECORDS_PER_REQUEST).take(batches);
  }

  /** Queues chunks in the order of the request, however long it takes to check the ids of each. */
  private enqueueInOrder(sender: Sender): BatchSteps['enqueue'] {
    let begun: Promise<unknown> = Promise.resolve();
    return async (records) => {
      const begin = Promise.all([this.turnedAmong(records, sender), begun]).then(([turned]) => {
        const taken = turned.size === 0 ? records : records.filter((record) => !turned.has(record));
        // The promise is wrapped in an object, so that the next chunk need not wait for it.
        return { turned, queued: taken.length > 0 ? this.queue.enqueueAll(taken) : null };
      });
      begun = begin;
      const { turned, queued } = await begin;
      await queued;
      return turned;
    };
  }

  /** Returns the valid records that are turned away because of their drivers or their ids. */
  private async turnedAmong(records: AcceptedRecord[], sender: Sender): Promise<Turned> {
    const refused = await this.newDrivers.refusedAmong(sender.reporter, records);
    const rest = refused.size === 0 ? records : records.filter((record) => !refused.has(record));
    const used = await this.usedIds.usedAmong(rest);
    if (used.size === 0) return refused;
    const turned = new Map(refused);
    for (const record of used) turned.set(record, reuseOf(record, sender));
    return turned;
  }

  /** @throws ProblemError when the record's driver is new and there are too many new drivers */
  private async refuseNewDriver(record: AcceptedRecord, { reporter }: Sender): Promise<void> {
    const refusal = (await this.newDrivers.refusedAmong(reporter, [record])).get(record);
    if (refusal !== undefined) throw refusedRecord(refusal);
  }

  private judge(sent: unknown, index: number, sender: Sender): Verdict {
    if (sent instanceof UnreadableRecord) return rejected(sent.code, [{ field: '', message: sent.message }]);
    const parsed = this.recordSchema.safeParse(sent);
    if (!parsed.success) return this.reasonsAgainst(sent, parsed.error);
    const { record, recordId, hasZeroPosition } = parsed.data;
    if (!sender.reporter.mayReport(record.driverId)) {
      const message = 'is not a driver that the device key may report; allowed: those the key was made for';
      return rejected('DRIVER_NOT_ALLOWED', [{ field: 'driverID', message }]);
    }
    const isIdChosen = recordId !== null || sender.idempotencyKey !== null;
    return {
      isAccepted: true,
      record: {
        ...record,
        id: recordId === null ? idOf(sender, record.driverId, index) : idOfSent(sender, recordId),
        isIdChosen,
        claim: isIdChosen ? { content: contentOf(record, this.clock), sentId: recordId } : null,
        receivedAtMs: Date.now(),
        isReplay: sender.isReplay,
        reporterId: sender.reporterId,
        hasZeroPosition,
      },
    };
  }

  /** A valid record is flat, so only an invalid one needs its depth checked. */
  private reasonsAgainst(sent: unknown, error: z.ZodError): Verdict {
    const max = this.config.MAX_JSON_DEPTH;
    if (!isDeeperThan(sent, max)) return rejected('INVALID_RECORD', toFieldErrors(error));
    const message = `is nested too deep; allowed: ${max} objects and arrays inside each other (MAX_JSON_DEPTH), of which a record needs 1`;
    return rejected('NESTED_TOO_DEEP', [{ field: '', message }]);
  }
}

const rejected = (code: ProblemCode, errors: FieldError[]): Verdict => ({
  isAccepted: false,
  rejection: { code, errors },
});

/** Returns a record's id as its sender knows it: the `recordId` that it has sent, if any. */
const sentIdOf = ({ id, claim }: AcceptedRecord): string => claim?.sentId ?? id;

const reuseOf = (record: AcceptedRecord, { idempotencyKey }: Sender): Omit<Rejection, 'index'> =>
  idReused(sentIdOf(record), record.claim?.sentId ? null : idempotencyKey);
