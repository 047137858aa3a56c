import { readFileSync } from 'node:fs';

/** The unit of Linux's counts, whatever the kernel's own clock. */
const TICKS_PER_SECOND = 100;

/**
 * Returns the processor time of a process so far, in seconds, including that of its children, even those that have
 * ended: PostgreSQL has a process per connection. It works only on Linux, which alone has `/proc`.
 *
 * @throws Error in one line if there is no /proc, or no such process
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

/**
 * @param stat of a process, as described in `proc(5)`: user and system time of its own, and of children that have ended
 */
export function cpuTicksIn(stat: string): number {
  // The second field is the program's name in parentheses, which may contain spaces.
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
