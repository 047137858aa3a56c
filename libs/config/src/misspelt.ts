import leven from 'leven';

/** Shorter names are too close to those of other programs: PATH is two letters away from AUTH, HOME from HOST. */
const MIN_LENGTH_FOR_ONE_LETTER = 6;
const MIN_LENGTH_FOR_TWO_LETTERS = 9;

/**
 * Finds names in an environment that are nearly those of settings: misspelt by a letter or two, without the
 * underscores, in lower case, or in the plural. Such a setting has no effect, and nobody would notice.
 *
 * @param names the names of the environment's variables
 * @param known the names of all settings
 * @param suggested those among the known names that may be suggested
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
