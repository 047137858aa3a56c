import { Injectable } from '@nestjs/common';
import { Counter, Registry } from 'prom-client';

/** Counts what devices send; `rejected` by the problem code that they were answered with. */
@Injectable()
export class IngestionMetrics {
  readonly registry = new Registry();
  private readonly accepted = new Counter({
    name: 'drivewatch_records_accepted_total',
    help: 'Records that the queue has confirmed',
    registers: [this.registry],
  });
  private readonly rejected = new Counter({
    name: 'drivewatch_records_rejected_total',
    help: 'Records that were not accepted, by reason',
    labelNames: ['reason'] as const,
    registers: [this.registry],
  });

  countAccepted(records: number): void {
    this.accepted.inc(records);
  }

  countRejected(reason: string, records: number): void {
    this.rejected.inc({ reason }, records);
  }
}
