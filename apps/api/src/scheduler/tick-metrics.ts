import { Injectable } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import { TickWatch } from './tick-watch';

/** Tells how late ticks are. */
@Injectable()
export class TickMetrics {
  readonly registry = new Registry();

  constructor(ticks: TickWatch) {
    new Gauge({
      name: 'drivewatch_tick_overdue_seconds',
      help: 'How long a tick has been due, 0 while none is',
      registers: [this.registry],
      collect() {
        this.set(ticks.overdueMs() / 1000);
      },
    });
    new Gauge({
      name: 'drivewatch_tick_lag_seconds',
      help: 'How long the records that the last tick left out had been stored, 0 when it left out none',
      registers: [this.registry],
      collect() {
        this.set(ticks.lagMs() / 1000);
      },
    });
  }
}
