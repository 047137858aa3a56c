const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPENING_BRACKET, CLOSING_BRACKET] = [0x5b, 0x5d];
const [OPENING_BRACE, CLOSING_BRACE] = [0x7b, 0x7d];
/** Space, tab, line feed and carriage return, which JSON ignores, and the bytes of a byte order mark. */
const SPACES: readonly number[] = [0x20, 0x09, 0x0a, 0x0d];
const BYTE_ORDER_MARK: readonly number[] = [0xef, 0xbb, 0xbf];
const isSpace = (byte: number): boolean => SPACES.includes(byte);
/** At most this many elements are found before they are parsed: few enough to be worked on without a break. */
const MAX_RUN = 100;

/**
 * Neighbouring elements of a text: the first begins at `start`, each of the others after the comma that ends the one
 * before.
 */
export interface ElementRun {
  readonly start: number;
  /** The exclusive end of each element; there is at least one. */
  readonly ends: readonly number[];
}

/**
 * Finds the elements of a JSON array by its brackets, quotes and commas alone, byte by byte, in chunks of any size.
 * Whoever parses the elements finds out whether each is valid JSON; if all are, the text between them is valid as well.
 */
export class ArraySplitter {
  /** Whether the array's end has been passed. */
  isOver = false;
  /** Whether the text is no array, or goes on after it. */
  isBroken = false;
  /** Where, in the text of the last call, the unfinished element begins, or what follows the array. */
  restStart = 0;
  private depth = 0;
  private isInString = false;
  private isEscaped = false;
  private hasElements = false;

  /**
   * @param text begins with the unfinished element of the last call, if there was one
   * @param from where the new part of the text begins
   */
  *split(text: Buffer, from: number): Generator<ElementRun, void> {
    const isOpen = this.depth > 0 || this.isOver;
    let index = isOpen ? from : this.opened(text, from);
    let start = isOpen ? 0 : index;
    let ends: number[] = [];
    for (; index < text.length && !this.isDone; index += 1) {
      if (!this.isEndOfElement(text[index] ?? 0)) continue;
      // An array of nothing but white space is empty; after a comma, nothing but white space means a missing element.
      if (!this.isOver || this.hasElements || !isBlank(text, start, index)) ends.push(index);
      this.hasElements = true;
      if (ends.length === 0 || (ends.length < MAX_RUN && !this.isOver)) continue;
      yield { start, ends };
      start = index + 1;
      ends = [];
    }
    if (ends.length > 0) yield { start, ends };
    this.restStart = this.isOver ? index : (ends.at(-1) ?? start - 1) + 1;
    if (this.isOver && !isBlank(text, index, text.length)) this.isBroken = true;
  }

  private get isDone(): boolean {
    return this.isOver || this.isBroken;
  }

  /** @returns the index after the opening bracket, or the end of the text if the bracket has not come */
  private opened(text: Buffer, from: number): number {
    for (let index = from; index < text.length; index += 1) {
      const byte = text[index] ?? 0;
      if (isSpace(byte) || BYTE_ORDER_MARK.includes(byte)) continue;
      if (byte === OPENING_BRACKET) this.depth = 1;
      else this.isBroken = true;
      return index + 1;
    }
    return text.length;
  }

  private isEndOfElement(byte: number): boolean {
    if (this.isInString) {
      if (this.isEscaped) this.isEscaped = false;
      else if (byte === BACKSLASH) this.isEscaped = true;
      else if (byte === QUOTE) this.isInString = false;
      return false;
    }
    switch (byte) {
      case COMMA:
        return this.depth === 1;
      case QUOTE:
        this.isInString = true;
        return false;
      case OPENING_BRACE:
      case OPENING_BRACKET:
        this.depth += 1;
        return false;
      case CLOSING_BRACE:
      case CLOSING_BRACKET:
        this.depth -= 1;
        this.isOver = this.depth === 0 && byte === CLOSING_BRACKET;
        this.isBroken = this.depth === 0 && byte !== CLOSING_BRACKET;
        return this.isOver;
      default:
        return false;
    }
  }
}

const isBlank = (text: Buffer, start: number, end: number): boolean => visibleFrom(text, start) >= end;

/** Returns the index of the first byte that is no white space, from an index on. */
export function visibleFrom(text: Buffer, from: number): number {
  let index = from;
  while (index < text.length && isSpace(text[index] ?? 0)) index += 1;
  return index;
}

/** Tells whether every bracket of an element is closed by one of its own kind. */
export function hasWholeBrackets(element: Buffer): boolean {
  const closing: number[] = [];
  let isInString = false;
  for (let index = 0; index < element.length; index += 1) {
    const byte = element[index] ?? 0;
    if (isInString) {
      if (byte === BACKSLASH) index += 1;
      else if (byte === QUOTE) isInString = false;
    } else if (byte === QUOTE) {
      isInString = true;
    } else if (byte === OPENING_BRACE || byte === OPENING_BRACKET) {
      closing.push(byte === OPENING_BRACE ? CLOSING_BRACE : CLOSING_BRACKET);
    } else if ((byte === CLOSING_BRACE || byte === CLOSING_BRACKET) && closing.pop() !== byte) {
      return false;
    }
  }
  return closing.length === 0;
}
