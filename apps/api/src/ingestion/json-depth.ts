/** Whether objects and arrays are inside each other more than `max` times; a value that is neither has depth 0. */
export function isDeeperThan(value: unknown, max: number): boolean {
  // Level by level rather than by recursion, which a hostile value would take to the end of the stack.
  let level = [value].filter(isNested);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > max) return true;
    level = level.flatMap((nested) => Object.values(nested).filter(isNested));
  }
  return false;
}

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;
