import { readJsonArray, refuseBrokenArray } from './json-array';
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
    ['text behind the array', '[1] 2', 1, 4, 'text follows the end of the array'],
    ['text behind an empty array', ' [ ]\n[]', 0, 5, 'text follows the end of the array'],
    ['an array that breaks off', '[0, {"a":1}', 1, 4, 'the body ends before the array does'],
    ['a record that breaks off', '[0, {"a":1', 1, 4, 'the record breaks off .* at character 7'],
    ['no text', '', 0, 0, 'the body ends before the array does'],
    ['nothing but space', ' \n', 0, 2, 'the body ends before the array does'],
    ['a comma and nothing more', '[1, ', 1, 4, 'the body ends before the array does'],
    ['brackets that do not match', '["华", {]}]', 1, 8, 'closes nothing'],
    ['a bracket of the wrong kind', '[0,{"a":1],2]', 1, 3, 'its brackets do not match; .* at character 7'],
    ['an array that ends as an object', '[1}', 0, 1, 'closes nothing'],
    ['an end too many', '[1]]', 1, 3, 'text follows the end of the array'],
  ])('says of %s in which record it breaks off', async (_, text, index, byte, reason) => {
    const detail = new RegExp(
      `^The JSON array breaks off in record ${index}, which begins at byte ${byte}: .*${reason}`,
    );
    const refusal = { problem: { code: 'MALFORMED_JSON', detail: expect.stringMatching(detail) as string } };
    for (const pieceBytes of [1, 4, 1_000])
      await expect(elementsOf(text, pieceBytes)).rejects.toMatchObject(refusal);
    expect(() => refuseBrokenArray(Buffer.from(text), { parseJson, maxElementBytes: 1_000 })).toThrow(detail);
  });

  it.each([
    ['a number that is none', '[0,NaN,2]', /^is not JSON: it has "NaN" .* at character 1$/],
    ['a field that is none', '[0, {"a":oops},2]', /^is not JSON: it has "oops" .* at character 6$/],
    ['a prototype', '[0,{"__proto__":{"a":1}},2]', /^sets the prototype/],
    ['an escaped prototype', '[0,{"a":{"\\u005f_proto__":1}},2]', /^sets the prototype/],
    ['text that is not UTF-8', '[0,"\xff",2]', /^is not valid UTF-8$/],
    ['nothing', '[0, ,2]', /^is not JSON: it holds nothing/],
    ['too much', `[0,"${'x'.repeat(40_000)}",2]`, /at most 33000 bytes/],
  ])('rejects by itself an element that holds %s', async (_, text, message) => {
    const bad = expect.objectContaining({ message: expect.stringMatching(message) as string }) as unknown;
    const maxElementBytes = 33_000;
    for (const pieceBytes of text.length > maxElementBytes ? [50_000] : [1, 1_000])
      await expect(elementsOf(text, pieceBytes, maxElementBytes)).resolves.toEqual([0, bad, 2]);
    expect(() => refuseBrokenArray(Buffer.from(text), { parseJson, maxElementBytes })).not.toThrow();
  });

  it.each(['[1,]', '[,1]'])('counts a missing element as a bad one: %s', async (text) => {
    const elements = await elementsOf(text, 2);
    expect(elements.filter((element) => element instanceof UnreadableRecord)).toHaveLength(1);
    expect(elements).toContain(1);
  });

  it.each([
    ['an empty array', '[ ]', []],
    ['brackets and commas in strings', '["a,]","\\"}","\\\\"]', ['a,]', '"}', '\\']],
  ])('reads %s', async (_, text, elements) => {
    await expect(elementsOf(text, 1)).resolves.toEqual(elements);
    await expect(elementsOf(text, 1_000)).resolves.toEqual(elements);
  });

  it('yields the elements before the one in which the array breaks off', async () => {
    const read: unknown[] = [];
    const reading = (async () => {
      for await (const batch of readJsonArray(inOnePiece('[{"a":1},2,{"b":[1},3]'), {
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
