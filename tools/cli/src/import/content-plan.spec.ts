import { createHash } from 'node:crypto';
import { ContentChangedError, PartReader, planContent } from './content-plan';

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array, void> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += size) {
    yield await Promise.resolve(bytes.subarray(start, start + size));
  }
}
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
async function partsOf(text: string, partBytes: number, size = 3): Promise<string[]> {
  const { parts } = await planContent(inPieces(text, size), partBytes);
  const reader = new PartReader(inPieces(text, size));
  const texts: string[] = [];
  for (const part of parts) {
    let content = '';
    for await (const piece of reader.part(part)) content += Buffer.from(piece).toString('latin1');
    expect(part).toEqual({ bytes: content.length, sha256: sha256(content) });
    texts.push(content);
  }
  return texts;
}

describe(planContent.name, () => {
  it('splits at the first line end at which a part is long enough', async () => {
    expect(await partsOf('aaa\nbbb\ncc\nddd\n', 8)).toEqual(['aaa\nbbb\n', 'cc\nddd\n']);
    expect(await partsOf('aaa\nbbb\ncc\nddd\n', 9)).toEqual(['aaa\nbbb\ncc\n', 'ddd\n']);
    expect(await partsOf('aaa\nbbb', 4)).toEqual(['aaa\n', 'bbb']);
    expect(await partsOf('aaa\nbbb\n', 1)).toEqual(['aaa\n', 'bbb\n']);
  });

  it('keeps a short content and a content without line ends whole', async () => {
    expect(await partsOf('aaa\nbbb', 100)).toEqual(['aaa\nbbb']);
    expect(await partsOf('aaaaaaaaaa', 2)).toEqual(['aaaaaaaaaa']);
    expect(await partsOf('', 2)).toEqual([]);
  });

  it('does not depend on the pieces that the content comes in', async () => {
    const text = 'a\n\nbb\nccc\ndddd\r\neeeee\nf';
    for (let partBytes = 1; partBytes < 12; partBytes += 1) {
      const whole = await partsOf(text, partBytes, 1_000);
      expect(whole.join('')).toBe(text);
      for (const size of [1, 2, 5]) expect(await partsOf(text, partBytes, size)).toEqual(whole);
    }
  });

  it('knows the hash of the whole', async () => {
    expect((await planContent(inPieces('aaa\nbbb\n', 3), 4)).sha256).toBe(sha256('aaa\nbbb\n'));
  });
});

describe(PartReader.name, () => {
  it.each([
    ['is another one', 'aaa\nbbX\n'],
    ['has become shorter', 'aaa\nbb'],
  ])('never ends a part in order when the content %s', async (_, changed) => {
    const { parts } = await planContent(inPieces('aaa\nbbb\n', 3), 4);
    const reader = new PartReader(inPieces(changed, 3));
    const [first, second] = parts;
    if (!first || !second) throw new Error('two parts');
    await reader.skip(first);
    await expect(reader.skip(second)).rejects.toBeInstanceOf(ContentChangedError);
  });
});
