import type { Findings } from './load/audit';

/** The outcome of one scenario; `npm test` counts each as one test. */
export interface ScenarioResult {
  readonly name: string;
  readonly what: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped. */
  readonly reason?: string;
  readonly findings?: Findings;
  /** What was done and seen, in order. */
  readonly notes: readonly string[];
  readonly seconds: number;
}
