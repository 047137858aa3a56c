import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import type { Connections } from '../http/connections/connections';

/** Tells how many connections there are, and how many exceeded the limits. */
@Injectable()
export class ConnectionMetrics {
  readonly registry = new Registry();

  /** @param connections read whenever the metrics are */
  watch(connections: Connections): void {
    new Gauge({
      name: 'drivewatch_connections',
      help: 'Open connections of devices, pages and all others',
      registers: [this.registry],
      collect() {
        this.set(connections.open);
      },
    });
    new Counter({
      name: 'drivewatch_connections_refused_total',
      help: 'Connections closed on arrival, because there were too many from their address or in all',
      labelNames: ['reason'] as const,
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [reason, count] of Object.entries(connections.refused)) this.inc({ reason }, count);
      },
    });
  }
}
