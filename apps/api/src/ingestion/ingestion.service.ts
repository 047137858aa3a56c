import { createWireRecordSchema, type DrivingRecord, toFieldErrors } from '@drivewatch/contracts';
import type { FleetClock } from '@drivewatch/fleet-time';
import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { FLEET_CLOCK } from '../config.module';
import { OverspeedAlertsService } from '../gateway/overspeed-alerts.service';
import { InvalidRecordError } from './ingestion-errors';
import { RecordQueueService } from './record-queue.service';

/** Takes records from devices: checks them, queues them durably, and announces what they say about speeding. */
@Injectable()
export class IngestionService {
  private readonly wireRecordSchema: ReturnType<typeof createWireRecordSchema>;

  constructor(
    @Inject(FLEET_CLOCK) clock: FleetClock,
    private readonly queue: RecordQueueService,
    private readonly alerts: OverspeedAlertsService,
  ) {
    // Compiled, because this runs for every request.
    this.wireRecordSchema = z.compile(createWireRecordSchema(clock.toEpochMs));
  }

  /**
   * @param body one record as parsed from JSON, not checked yet
   * @returns the id under which the record will be stored, once the queue holds it
   * @throws InvalidRecordError naming every wrong field
   * @throws QueueUnavailableError when the record was not accepted and may be sent again
   */
  async accept(body: unknown): Promise<string> {
    const parsed = this.wireRecordSchema.safeParse(body);
    if (!parsed.success) throw new InvalidRecordError(toFieldErrors(parsed.error));
    const record: DrivingRecord = { id: uuidv7(), ...parsed.data };
    await this.queue.enqueue(record);
    if (record.overspeed || record.overspeedFinished) this.alerts.announce(record);
    return record.id;
  }
}
