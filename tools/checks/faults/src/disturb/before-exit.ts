/** What must be undone even when the program is stopped halfway: nothing may stay mounted or running. */
const pending = new Set<() => Promise<unknown>>();

/** @returns a function to call once it has been undone normally */
export function beforeExit(undo: () => Promise<unknown>): () => void {
  pending.add(undo);
  return () => pending.delete(undo);
}

/** Undoes everything in reverse order, whatever fails. */
export async function undoAll(): Promise<void> {
  for (const undo of [...pending].reverse()) {
    pending.delete(undo);
    await undo().catch((error: unknown) => {
      console.error(`Cleaning up: ${String(error)}`);
    });
  }
}
