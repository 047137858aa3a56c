/**
 * Finds the first version number in what a program prints about itself, such as `Python 3.11.2` or `openjdk version
 * "17.0.15"`.
 *
 * @returns its parts as numbers, the most significant first; empty when there is none
 */
export function versionIn(text: string): readonly number[] {
  const [version = ''] = /\d+(?:\.\d+)*/.exec(text) ?? [];
  return version === '' ? [] : version.split('.').map(Number);
}

/** Returns whether a version is `wanted` or later; missing parts count as 0. */
export function isAtLeast(version: readonly number[], wanted: readonly number[]): boolean {
  for (const [index, part] of wanted.entries()) {
    const own = version[index] ?? 0;
    if (own !== part) return own > part;
  }
  return version.length > 0;
}
