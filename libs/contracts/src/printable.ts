/** Control characters, also those that terminals obey, and those that turn the direction of a text. */
const UNSHOWN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** A text that devices may have chosen, made fit for a terminal: one line, and nothing that the terminal would obey. */
export const printable = (text: string): string =>
  text
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll(UNSHOWN, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
