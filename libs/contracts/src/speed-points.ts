import type { SpeedPoint } from './live-events';

/**
 * Adds points to those held, both x ascending; the server's picture and every page's are made with it. What comes later may
 * hold older points (a device caught up): they are sorted in, behind held ones of the same x. Nothing is dropped as a
 * duplicate, because real records repeat.
 *
 * @returns a new list, or the held one where nothing is added
 */
export function mergePoints<Held extends readonly SpeedPoint[]>(
  held: Held,
  added: readonly SpeedPoint[],
): Held | SpeedPoint[] {
  const firstAdded = added[0];
  if (firstAdded === undefined) return held;
  // Everything up to here is older than what is added, which in a running fleet is all but a few points.
  let untouched = held.length;
  for (
    let last = held[untouched - 1];
    last !== undefined && last.x > firstAdded.x;
    last = held[untouched - 1]
  )
    untouched -= 1;
  const merged = held.slice(0, untouched);
  let next = untouched;
  for (const point of added) {
    for (let older = held[next]; older !== undefined && older.x <= point.x; older = held[next]) {
      merged.push(older);
      next += 1;
    }
    merged.push(point);
  }
  for (const point of held.slice(next)) merged.push(point);
  return merged;
}
