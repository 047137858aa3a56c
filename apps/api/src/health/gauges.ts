import { Gauge, type Registry } from 'prom-client';

/** Returns a function that adds a gauge to a registry, from its name and meaning. */
export const gaugesIn =
  (registry: Registry) =>
  (name: string, help: string): Gauge =>
    new Gauge({ name, help, registers: [registry] });
