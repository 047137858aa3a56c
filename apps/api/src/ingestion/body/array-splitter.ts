const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPENING_BRACKET, CLOSING_BRACKET] = [0x5b, 0x5d];
const [OPENING_BRACE, CLOSING_BRACE] = [0x7b, 0x7d];
/** Space, tab, line feed and carriage return, which JSON takes for nothing, and the bytes of a byte order mark. */
const SPACES: readonly number[] = [0x20, 0x09, 0x0a, 0x0d];
const BYTE_ORDER_MARK: readonly number[] = [0xef, 0xbb, 0xbf];
const isSpace = (byte: number): boolean => SPACES.includes(byte);
/** So many elements are found before they are parsed: few enough to be looked at without a break. */
const MAX_RUN = 100;

/** Elements next to each other in a text: the first begins at `start`, each other one behind the comma after the last. */
export interface ElementRun {
  readonly start: number;
  /** Where each ends, exclusive; at least one. */
  readonly ends: readonly number[];
}

/**
 * Finds the elements of a JSON array by its brackets, quotes and commas alone, byte by byte, in chunks of any size. Whether
 * each of them is JSON, whoever parses them finds: what is between is then right as well.
 */
export class ArraySplitter {
  /** Behind the array's end. */
  isOver = false;
  /** Where there is no array, or text behind it. */
  isBroken = false;
  /** Where in the text of the last call the element begins whose end has not come. */
  restStart = 0;
  private depth = 0;
  private isInString = false;
  private isEscaped = false;
  private hasElements = false;

  /**
   * @param text begins with the element whose end had not come, if any
   * @param from where the text begins that is new
   */
  *split(text: Buffer, from: number): Generator<ElementRun, void> {
    const isOpen = this.depth > 0 || this.isOver;
    let index = isOpen ? from : this.opened(text, from);
    let start = isOpen ? 0 : index;
    let ends: number[] = [];
    for (; index < text.length && !this.isDone; index += 1) {
      if (!this.isEndOfElement(text[index] ?? 0)) continue;
      // An array of nothing but space has no element; behind a comma, nothing is one that is missing.
      if (!this.isOver || this.hasElements || !isBlank(text, start, index)) ends.push(index);
      this.hasElements = true;
      if (ends.length === 0 || (ends.length < MAX_RUN && !this.isOver)) continue;
      yield { start, ends };
      start = index + 1;
      ends = [];
    }
    if (ends.length > 0) yield { start, ends };
    this.restStart = (ends.at(-1) ?? start - 1) + 1;
    if (this.isOver && !isBlank(text, index, text.length)) this.isBroken = true;
  }

  private get isDone(): boolean {
    return this.isOver || this.isBroken;
  }

  /** @returns the place behind the opening bracket, or the end of the text where it has not come */
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

function isBlank(text: Buffer, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) if (!isSpace(text[index] ?? 0)) return false;
  return true;
}
