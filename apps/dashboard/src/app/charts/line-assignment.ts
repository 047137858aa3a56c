import { colourOfStyle, LINE_STYLE_COUNT, ownLineStyle } from './driver-colour';

/** The style of each driver's line, as its number. */
export interface LineAssignment {
  /** The styles of the drivers in view. */
  readonly shown: ReadonlyMap<string, number>;
  /**
   * The styles of all drivers that have been in view, for when they come back; those of the last view are at the end.
   */
  readonly remembered: ReadonlyMap<string, number>;
}

/** The penalty for two lines that look alike, which is worse than any number of lines with the same colour. */
const LOOKS_ALIKE = 1_000_000;

/**
 * Gives the drivers in view styles that differ: up to 40 drivers all of them do, beyond that the least used styles are
 * used again. A driver that stays in view keeps its style, one that comes back gets the style it had, and a new one
 * gets the style of its ID, unless another driver has it. If two drivers had the same style at different times, the one
 * seen later gets it, as when a page is loaded again and shows others for a moment. The order of `ids` does not matter,
 * so that the same drivers look the same whichever of them was heard of first.
 *
 * @param before the assignment of the previous view; `shown` is empty for the first
 */
export function assignLines(ids: readonly string[], before: LineAssignment): LineAssignment {
  const shown = new Map<string, number>();
  const users = new Array<number>(LINE_STYLE_COUNT).fill(0);
  const take = (id: string, style: number): void => {
    shown.set(id, style);
    users[style] = (users[style] ?? 0) + 1;
  };
  const takeIfFree = (id: string, style: number | undefined): boolean => {
    if (style === undefined || users[style] !== 0) return false;
    take(id, style);
    return true;
  };

  // With more drivers than styles some share one: they go on sharing it until there is one for each.
  const mustShare = ids.length > LINE_STYLE_COUNT;
  const waiting = [...ids].sort().filter((id) => {
    const style = before.shown.get(id);
    if (style === undefined || !mustShare) return !takeIfFree(id, style);
    take(id, style);
    return false;
  });
  for (const [id, style] of lastSeenFirst(new Set(waiting), before.remembered)) takeIfFree(id, style);
  const unknown = waiting.filter((id) => !shown.has(id)).filter((id) => !takeIfFree(id, ownLineStyle(id)));
  for (const id of unknown) take(id, leastUsed(users, ownLineStyle(id)));

  const isUnchanged =
    shown.size === before.shown.size && [...shown].every(([id, style]) => before.shown.get(id) === style);
  if (isUnchanged) return before;
  const remembered = new Map(before.remembered);
  for (const [id, style] of shown) {
    // The id is deleted first, because a map keeps its order when a value is replaced.
    remembered.delete(id);
    remembered.set(id, style);
  }
  return { shown, remembered };
}

const lastSeenFirst = (
  ids: ReadonlySet<string>,
  remembered: LineAssignment['remembered'],
): [string, number][] => [...remembered].filter(([id]) => ids.has(id)).reverse();

/**
 * Returns the style with the fewest users; among those, the one whose colour has the fewest; among those, the next
 * after `own`.
 */
function leastUsed(users: readonly number[], own: number): number {
  const usersOfColour = new Map<number, number>();
  for (const [style, count] of users.entries()) {
    const colour = colourOfStyle(style);
    usersOfColour.set(colour, (usersOfColour.get(colour) ?? 0) + count);
  }
  let best = own;
  let bestCost = Infinity;
  for (let step = 0; step < LINE_STYLE_COUNT; step += 1) {
    const style = (own + step) % LINE_STYLE_COUNT;
    const cost = (users[style] ?? 0) * LOOKS_ALIKE + (usersOfColour.get(colourOfStyle(style)) ?? 0);
    if (cost >= bestCost) continue;
    best = style;
    bestCost = cost;
  }
  return best;
}
