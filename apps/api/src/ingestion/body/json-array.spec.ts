import { readJsonArray } from './json-array';
import { UnreadableRecord } from './unreadable-record';

/** Refuses what would set a prototype, as Fastify's parser does. */
function parseJson(text: string): unknown {
  return JSON.parse(text, (key, value: unknown) => {
    if (key === '__proto__') throw new SyntaxError('sets a prototype');
    return value;
  });
}

/** Returns the elements of text that arrives in pieces of that many bytes. */
async function elementsOf(text: string, pieceBytes: number, maxElementBytes = 1_000): Promise<unknown[]> {
  // \xff stands for a byte that is not UTF-8.
  const bytes = text.includes('\xff') ? Buffer.from(text, 'latin1') : Buffer.from(text);
  const pieces = (async function* () {
    for (let start = 0; start < bytes.length; start += pieceBytes)
      yield await Promise.resolve(bytes.subarray(start, start + pieceBytes));
  })();
  const elements: unknown[] = [];
  for await (const batch of readJsonArray(pieces, { parseJson, maxElementBytes })) elements.push(...batch);
  return elements;
}

async function* inOnePiece(text: string): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from(text));
}

describe(readJsonArray.name, () => {
  it.each([1, 3, 7, 1_000])('reads elements that lie across pieces of %i bytes', async (pieceBytes) => {
    const elements = [{ a: '华"\\\n', b: [1, -2.5e3, { c: null }] }, true, 'x', [], {}, 0];
    await expect(elementsOf(` ${JSON.stringify(elements, null, 1)} `, pieceBytes)).resolves.toEqual(elements);
  });

  it.each([
    ['text behind the array', '[1]2'],
    ['an array that breaks off', '[{"a":1}'],
    ['a number that is none', '[NaN]'],
    ['a prototype', '[{"__proto__":{"a":1}}]'],
    ['an escaped prototype', '[{"a":{"\\u005f_proto__":1}}]'],
    ['no text', ''],
    ['nothing but space', ' \n'],
    ['a comma at the end', '[1,]'],
    ['a comma at the beginning', '[,1]'],
    ['brackets that do not match', '[{]}]'],
    ['an array that ends as an object', '[1}'],
    ['an end too many', '[1]]'],
    ['text that is not UTF-8', '["\xff"]'],
  ])('refuses %s', async (_, text) => {
    await expect(elementsOf(text, 4)).rejects.toMatchObject({ problem: { code: 'MALFORMED_JSON' } });
    await expect(elementsOf(text, 1_000)).rejects.toMatchObject({ problem: { code: 'MALFORMED_JSON' } });
  });

  it.each([
    ['an empty array', '[ ]', []],
    ['brackets and commas in strings', '["a,]","\\"}","\\\\"]', ['a,]', '"}', '\\']],
  ])('reads %s', async (_, text, elements) => {
    await expect(elementsOf(text, 1)).resolves.toEqual(elements);
    await expect(elementsOf(text, 1_000)).resolves.toEqual(elements);
  });

  it('yields the valid elements before it refuses the rest', async () => {
    const read: unknown[] = [];
    const reading = (async () => {
      for await (const batch of readJsonArray(inOnePiece('[{"a":1},2,{"b":oops},3]'), {
        parseJson,
        maxElementBytes: 100,
      }))
        read.push(...batch);
    })();
    await expect(reading).rejects.toMatchObject({ problem: { code: 'MALFORMED_JSON' } });
    expect(read).toEqual([{ a: 1 }, 2]);
  });

  it('yields elements in small groups, however many a piece of text has', async () => {
    const sizes: number[] = [];
    const text = `[${'{},'.repeat(20_000)}{}]`;
    for await (const batch of readJsonArray(inOnePiece(text), { parseJson, maxElementBytes: 100 }))
      sizes.push(batch.length);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(20_001);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
  });

  it('does not parse an element that holds more values than a record could', async () => {
    const dense = `[{"a":[${'1,'.repeat(20_000)}1]},2]`;
    const parsed: number[] = [];
    const parse = (text: string): unknown => (parsed.push(text.length), JSON.parse(text));
    const elements: unknown[] = [];
    for await (const batch of readJsonArray(inOnePiece(dense), { parseJson: parse, maxElementBytes: 64_000 }))
      elements.push(...batch);
    expect(elements).toEqual([expect.any(UnreadableRecord), 2]);
    expect(parsed).toEqual([1]);
  });

  it('does not gather an element that is larger than a record may be', async () => {
    const long = `["${'x'.repeat(900)}","${'x'.repeat(5_000)}"]`;
    await expect(elementsOf(long, 100)).rejects.toMatchObject({
      problem: { status: 413, code: 'BODY_TOO_LARGE' },
    });
  });
});
