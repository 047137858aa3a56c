import { Injectable } from '@nestjs/common';
import { Counter, Registry } from 'prom-client';

/** Counts what happens to alerts. */
@Injectable()
export class AlertMetrics {
  readonly registry = new Registry();
  private readonly withheld = new Counter({
    name: 'drivewatch_alerts_withheld_total',
    help: 'Starts of speeding that raised no alert because the limit of open alerts was reached',
    registers: [this.registry],
  });

  countWithheld(count: number): void {
    this.withheld.inc(count);
  }
}
