import type { WorkPace } from './batch-intake';
import type { DoneWork } from './uploads/record-pace';

/** Returns a pace that nobody else competes for, and that notes the work done. */
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
