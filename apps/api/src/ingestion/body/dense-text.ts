const COMMA = 0x2c;
const OPENING_BRACKET = 0x5b;
const OPENING_BRACE = 0x7b;

/** A comma stands before each value but the first, an opening bracket before what is inside of it. */
const isBeforeValue = (code: number): boolean =>
  code === COMMA || code === OPENING_BRACE || code === OPENING_BRACKET;

/** How many values of JSON text may hold at most, which take far more memory and time than its characters. */
export function countValues(text: Buffer): number {
  let count = 1;
  // It goes by index, which is several times as fast as by iterator: this runs for every byte of an array.
  let index = 0;
  while (index < text.length) {
    if (isBeforeValue(text[index] ?? 0)) count += 1;
    index += 1;
  }
  return count;
}

/** Whether a line or an element, of JSON or CSV, may hold more than so many values. */
export function mayHoldMoreValues(text: string, max: number): boolean {
  let count = 1;
  for (let index = 0; index < text.length && count <= max; index += 1)
    if (isBeforeValue(text.charCodeAt(index))) count += 1;
  return count > max;
}
