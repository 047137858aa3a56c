import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import { LiveConnections } from '../access/live-connections';

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
    help: 'Pages whose connection was ended because they did not read what they were sent',
    registers: [this.registry],
  });

  constructor(connections: LiveConnections) {
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
    new Counter({
      name: 'drivewatch_displaced_clients_total',
      help: 'Pages whose connection was closed in favour of newer ones of the same session',
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(connections.displaced);
      },
    });
  }

  /** @param clients returns how many pages are connected now */
  watchClients(clients: () => number): void {
    this.clients = clients;
  }

  /** @param waiting returns how many of them are waiting for the recent speeds now */
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
}
