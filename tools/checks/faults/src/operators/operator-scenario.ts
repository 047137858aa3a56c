import type { OperatorSystem, Server } from './operator-system';

/** The quantities of everything; what is done is the same. */
export interface OperatorSize {
  /** How many transaction ids the old server has used up, so that a new one begins far lower. */
  readonly burntIds: number;
  /** Whether Spark sums up the bucket after each scenario, which takes longer than most of them. */
  readonly hasSummaries: boolean;
}

/** What an operator does according to the documentation, and how much has to be there afterwards. */
export interface OperatorScenario {
  /** The name on the command line and in the report; letters, digits and hyphens, since drivers are named after it. */
  readonly name: string;
  /** What is done to the system, in one line. */
  readonly what: string;
  /** The server that the database is on at first. */
  readonly server: Server;
  /**
   * Whether queue and bucket outlive the database. Then every acknowledged record has to be there again; otherwise only
   * those that were acknowledged before the copy was begun.
   */
  readonly losesDatabaseAlone: boolean;
  /** Makes a copy while devices send. Apps and services run again afterwards. */
  readonly copy: (system: OperatorSystem, size: OperatorSize) => Promise<void>;
  /**
   * Restores the installation from the copy and what is left; apps and services are stopped before, and services run
   * afterwards.
   */
  readonly restore: (system: OperatorSystem) => Promise<void>;
  /** Whether the restoring command itself does what `npm run after-restore` does. */
  readonly needsNoMending?: boolean;
}
