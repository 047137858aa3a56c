import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import { TickWatch } from '../scheduler/tick-watch';

/** Counts what pages are sent. */
@Injectable()
export class LiveMetrics {
  readonly registry = new Registry();
  private clients: () => number = () => 0;
  private waiting: () => number = () => 0;
  private readonly ticks = new Counter({
    name: 'drivewatch_ticks_total',
    help: 'Ticks sent to the connected pages',
    registers: [this.registry],
  });
  private readonly tickRecords = new Counter({
    name: 'drivewatch_tick_records_total',
    help: 'Records that those ticks carried',
    registers: [this.registry],
  });
  private readonly dropped = new Counter({
    name: 'drivewatch_slow_clients_dropped_total',
    help: 'Pages whose connection was ended because they did not take in what they were sent',
    registers: [this.registry],
  });

  private readonly withheld = new Counter({
    name: 'drivewatch_alerts_withheld_total',
    help: 'Starts of speeding that raised no alert because as many were open as may be',
    registers: [this.registry],
  });
  private readonly displaced = new Counter({
    name: 'drivewatch_displaced_clients_total',
    help: 'Pages whose connection made room for newer ones of the same session',
    registers: [this.registry],
  });

  constructor(ticks: TickWatch) {
    const clients = (): number => this.clients();
    new Gauge({
      name: 'drivewatch_connected_clients',
      help: 'Pages that are connected',
      registers: [this.registry],
      collect() {
        this.set(clients());
      },
    });
    const waiting = (): number => this.waiting();
    new Gauge({
      name: 'drivewatch_waiting_clients',
      help: 'Connected pages that wait for their turn to be sent the recent speeds',
      registers: [this.registry],
      collect() {
        this.set(waiting());
      },
    });
    new Gauge({
      name: 'drivewatch_tick_overdue_seconds',
      help: 'For how long a tick has been due, 0 while none is',
      registers: [this.registry],
      collect() {
        this.set(ticks.overdueMs() / 1000);
      },
    });
    new Gauge({
      name: 'drivewatch_tick_lag_seconds',
      help: 'For how long records had been stored that the last tick left out, 0 when it left out none',
      registers: [this.registry],
      collect() {
        this.set(ticks.lagMs() / 1000);
      },
    });
  }

  /** @param clients how many pages are connected at the moment of asking */
  watchClients(clients: () => number): void {
    this.clients = clients;
  }

  /** @param waiting how many of them wait for the recent speeds at the moment of asking */
  watchWaiting(waiting: () => number): void {
    this.waiting = waiting;
  }

  countTick(records: number): void {
    this.ticks.inc();
    this.tickRecords.inc(records);
  }

  countDropped(): void {
    this.dropped.inc();
  }

  countWithheldAlerts(count: number): void {
    this.withheld.inc(count);
  }

  countDisplaced(): void {
    this.displaced.inc();
  }
}
