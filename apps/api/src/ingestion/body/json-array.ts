import { StringDecoder } from 'node:string_decoder';
import { getManyValues, isMany, none } from 'stream-chain/core';
import Assembler from 'stream-json/assembler.js';
import { jsonParser } from 'stream-json/parser.js';
import { malformedJson, recordTooLarge } from '../ingestion-errors';

type Token = Parameters<Assembler['consume']>[0];

/** A parser that gives the tokens of each piece of text, and at the end (`null`) says whether it was all. */
function createTokenizer(): (text: string | null) => Token[] {
  // The type leaves out that `none` ends the text.
  const parse = jsonParser({ packValues: true, streamValues: false }) as (text: unknown) => unknown;
  return (text) => {
    const output = parse(text ?? none);
    if (output === none) return [];
    return (isMany(output) ? getManyValues(output) : [output]) as Token[];
  };
}

/**
 * Reads the elements of a JSON array whose text arrives in chunks, in flat memory. Yields those that end in one chunk
 * together.
 *
 * @param maxElementBytes an element is refused once a whole chunk or more of it goes beyond
 * @throws ProblemError when the text is no JSON array, tries to set `__proto__`, or has an element that is too large
 */
export async function* readJsonArray(
  chunks: AsyncIterable<Buffer>,
  maxElementBytes: number,
): AsyncGenerator<unknown[], void> {
  const tokensOf = createTokenizer();
  const decoder = new StringDecoder('utf8');
  const assembler = new Assembler();
  let bytesWithoutEnd = 0;

  const elementsOf = (text: string | null): unknown[] => {
    const elements: unknown[] = [];
    for (const token of tokensOf(text)) {
      if (token.name === 'keyValue' && token.value === '__proto__') throw new SyntaxError(token.value);
      assembler.consume(token);
      const { current, depth } = assembler;
      if (depth === 1 && Array.isArray(current) && current.length > 0) elements.push(current.pop());
    }
    return elements;
  };

  for await (const chunk of chunks) {
    const elements = readOrRefuse(() => elementsOf(decoder.write(chunk)));
    bytesWithoutEnd = elements.length === 0 ? bytesWithoutEnd + chunk.length : 0;
    if (bytesWithoutEnd > maxElementBytes) throw recordTooLarge(maxElementBytes);
    if (elements.length > 0) yield elements;
  }
  const last = readOrRefuse(() => [...elementsOf(decoder.end()), ...elementsOf(null)]);
  if (last.length > 0) yield last;
}

function readOrRefuse<T>(read: () => T): T {
  try {
    return read();
  } catch {
    throw malformedJson('The body is not a JSON array of driving records from here on (nextIndex)');
  }
}
