/** What must be undone even when the program is told to stop in the middle: nothing may stay mounted or running. */
const pending = new Set<() => Promise<unknown>>();

/** @returns to be called when it has been undone in order */
export function beforeExit(undo: () => Promise<unknown>): () => void {
  pending.add(undo);
  return () => pending.delete(undo);
}

/** Undoes everything, the last first, whatever fails. */
export async function undoAll(): Promise<void> {
  for (const undo of [...pending].reverse()) {
    pending.delete(undo);
    await undo().catch((error: unknown) => {
      console.error(`Cleaning up: ${String(error)}`);
    });
  }
}
