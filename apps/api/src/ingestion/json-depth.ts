/** Tells whether objects and arrays are nested more than `max` deep; a value that is neither has depth 0. */
export function isDeeperThan(value: unknown, max: number): boolean {
  // The search goes level by level: with recursion, a hostile value could overflow the stack.
  let level = [value].filter(isNested);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > max) return true;
    level = level.flatMap((nested) => Object.values(nested).filter(isNested));
  }
  return false;
}

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;
