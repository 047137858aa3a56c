import type { WorkPace } from './batch-intake';
import type { DoneWork } from './uploads/record-pace';

/** Work that nobody else waits for, with notes of what was done. */
export function aWorkPace(steps: Partial<WorkPace> = {}): WorkPace & { readonly charged: DoneWork[] } {
  const charged: DoneWork[] = [];
  return {
    isPauseDue: false,
    pause: () => Promise.resolve(),
    payDebt: () => Promise.resolve(),
    charge: (work) => void charged.push(work),
    throwIfStopped: () => undefined,
    ...steps,
    charged,
  };
}
