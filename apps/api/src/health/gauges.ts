import { Gauge, type Registry } from 'prom-client';

/** Makes gauges of a registry, each from its name and what it means. */
export const gaugesIn =
  (registry: Registry) =>
  (name: string, help: string): Gauge =>
    new Gauge({ name, help, registers: [registry] });
