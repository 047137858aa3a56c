import { readJsonArray } from './json-array';

/** The elements of text that arrives in pieces of that many bytes. */
async function elementsOf(text: string, pieceBytes: number, maxElementBytes = 1_000): Promise<unknown[]> {
  const bytes = Buffer.from(text);
  const pieces = (async function* () {
    for (let start = 0; start < bytes.length; start += pieceBytes)
      yield await Promise.resolve(bytes.subarray(start, start + pieceBytes));
  })();
  const elements: unknown[] = [];
  for await (const batch of readJsonArray(pieces, maxElementBytes)) elements.push(...batch);
  return elements;
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
  ])('refuses %s', async (_, text) => {
    await expect(elementsOf(text, 4)).rejects.toMatchObject({ problem: { code: 'MALFORMED_JSON' } });
  });

  it('does not gather an element that is larger than a record may be', async () => {
    const long = `["${'x'.repeat(900)}","${'x'.repeat(5_000)}"]`;
    await expect(elementsOf(long, 100)).rejects.toMatchObject({
      problem: { status: 413, code: 'BODY_TOO_LARGE' },
    });
  });
});
