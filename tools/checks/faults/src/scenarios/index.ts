import { postgresAway, redisAway, redisHangs } from './away';
import { resettingNetwork, slowNetwork, swallowingNetwork } from './bad-network';
import { consumerKilledAfterCommit, consumerKilledBeforeCommit } from './consumer-killed';
import { consumerStopped } from './consumer-stopped';
import { postgresDiskFull, redisFilled, redisFull } from './full';
import { apiKilled, postgresKilled, redisKilled } from './killed';
import { poisonRecord } from './poison-record';
import { randomFaults } from './random-faults';
import type { Scenario } from './scenario';

export type { Scenario };

/** All scenarios, in the order of docs/reliability.md. */
export const SCENARIOS: readonly Scenario[] = [
  apiKilled,
  consumerKilledBeforeCommit,
  consumerKilledAfterCommit,
  consumerStopped,
  redisKilled,
  redisAway,
  redisHangs,
  redisFull,
  redisFilled,
  postgresKilled,
  postgresAway,
  postgresDiskFull,
  slowNetwork,
  resettingNetwork,
  swallowingNetwork,
  poisonRecord,
  randomFaults,
];
