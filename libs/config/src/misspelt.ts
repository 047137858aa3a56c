import leven from 'leven';

/** Shorter names are too near to those of other programs: PATH is two letters away from AUTH, HOME from HOST. */
const MIN_LENGTH_FOR_ONE_LETTER = 6;
const MIN_LENGTH_FOR_TWO_LETTERS = 9;

/**
 * Names in an environment that are no settings but nearly: misspelt by a letter or two, without the underscores, in small
 * letters, or in the plural. What they were to say is not in force, and nobody would notice.
 *
 * @param names of the environment's variables
 * @param known names of all settings there are
 * @param suggested those of them that may be meant
 * @returns a line for each, without its value
 */
export function misspeltNames(
  names: readonly string[],
  known: readonly string[],
  suggested: readonly string[] = known,
): string[] {
  const isKnown = new Set(known);
  return names
    .filter((name) => !isKnown.has(name))
    .flatMap((name) => {
      const meant = suggested.find((setting) => isNearly(name, setting));
      return meant === undefined
        ? []
        : [`${name} is no setting of Drivewatch and has no effect; is ${meant} meant?`];
    });
}

function isNearly(name: string, setting: string): boolean {
  if (lettersOf(name) === lettersOf(setting)) return true;
  return leven(name.toUpperCase(), setting) <= lettersThatMayDiffer(setting);
}

const lettersOf = (name: string): string => name.toUpperCase().replaceAll('_', '').replace(/S$/, '');

function lettersThatMayDiffer({ length }: string): number {
  if (length < MIN_LENGTH_FOR_ONE_LETTER) return 0;
  return length < MIN_LENGTH_FOR_TWO_LETTERS ? 1 : 2;
}
