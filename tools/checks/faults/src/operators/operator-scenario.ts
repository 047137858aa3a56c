import type { OperatorSystem, Server } from './operator-system';

/** How much of everything; what is done is the same. */
export interface OperatorSize {
  /** Transaction ids that the server of before has used up, so that a new one begins far lower. */
  readonly burntIds: number;
  /** Whether Spark sums up the bucket after each scenario, which takes longer than most of them. */
  readonly hasSummaries: boolean;
}

/** What an operator does by the book, and how much of it has to be there afterwards. */
export interface OperatorScenario {
  /** What command line and report call it; letters, digits and hyphens, since drivers are named after it. */
  readonly name: string;
  /** What is done to the system, in one line. */
  readonly what: string;
  /** The server that the database is on before. */
  readonly server: Server;
  /**
   * Whether queue and bucket outlive the database. Then every acknowledged record has to be there again; otherwise those that
   * were acknowledged before the copy was begun.
   */
  readonly losesDatabaseAlone: boolean;
  /** Makes a copy while devices send. Apps and services run again afterwards. */
  readonly copy: (system: OperatorSystem, size: OperatorSize) => Promise<void>;
  /** Makes the installation from the copy and what is left; apps and services are stopped before, and services run afterwards. */
  readonly restore: (system: OperatorSystem) => Promise<void>;
  /** The restoring command does itself what `npm run after-restore` does. */
  readonly needsNoMending?: boolean;
}
