import { readFileSync } from 'node:fs';

/** What Linux counts in, whatever the kernel's own clock. */
const TICKS_PER_SECOND = 100;

/**
 * Processor time of a process so far, in seconds, with that of its children, those that have ended as well: PostgreSQL
 * has a process per connection. Linux alone, for which alone `/proc` is there.
 *
 * @throws Error in one line where there is no /proc, or no such process
 */
export function cpuSecondsOf(pid: number): number {
  return ticksOf(pid) / TICKS_PER_SECOND;
}

function ticksOf(pid: number): number {
  const own = cpuTicksIn(read(`/proc/${pid}/stat`));
  const children = read(`/proc/${pid}/task/${pid}/children`).trim();
  if (children === '') return own;
  return children.split(' ').reduce((sum, child) => sum + ticksOf(Number(child)), own);
}

/** @param stat of a process, as `proc(5)` describes it: user and system time of its own, and of children that have ended */
export function cpuTicksIn(stat: string): number {
  // The second field is the program's name in parentheses, which may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`${file} cannot be read; processor time is only known on Linux, while a process runs`, {
      cause,
    });
  }
}
