import type { ClockFault } from '@drivewatch/contracts';
import { Injectable } from '@nestjs/common';
import { Counter, Registry } from 'prom-client';

/** Counts what devices send; `rejected` is labelled with the problem code of the answer. */
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

  private readonly ahead = new Counter({
    name: 'drivewatch_records_ahead_total',
    help: 'Accepted records dated more than five minutes after their arrival: the clock of the device is ahead',
    registers: [this.registry],
  });
  private readonly deadClock = new Counter({
    name: 'drivewatch_records_dead_clock_total',
    help: 'Accepted records with the date of a receiver that has had no satellites: 1970, 1980, 1999, 1,024 weeks ago',
    registers: [this.registry],
  });

  countAccepted(records: number): void {
    this.accepted.inc(records);
  }

  countRejected(reason: string, records: number): void {
    this.rejected.inc({ reason }, records);
  }

  /** Counts an accepted record of a device whose clock is wrong. */
  countClock(fault: ClockFault): void {
    if (fault === 'ahead') this.ahead.inc();
    else this.deadClock.inc();
  }
}
