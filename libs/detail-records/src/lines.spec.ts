import { type Line, LONGEST_LINE_BYTES, splitLines } from './lines';

/** Yields the bytes in chunks, as a file or a request does. */
async function* chunksOf(bytes: Buffer, chunkBytes: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += chunkBytes)
    yield await Promise.resolve(bytes.subarray(start, start + chunkBytes));
}

describe(splitLines.name, () => {
  async function linesOf(content: string, longestLineBytes?: number): Promise<Line[]> {
    const lines: Line[] = [];
    for await (const batch of splitLines(chunksOf(Buffer.from(content), 64 * 1024), longestLineBytes))
      lines.push(...batch);
    return lines;
  }

  it('takes either line end, a missing last one and a byte order mark, and counts empty lines', async () => {
    await expect(linesOf('\ufeffa\r\nb\n\nc')).resolves.toEqual([
      { number: 1, text: 'a' },
      { number: 2, text: 'b' },
      { number: 4, text: 'c' },
    ]);
  });

  it('leaves out lines of nothing but spaces and tabs, and what is before and behind them not', async () => {
    const lines = await linesOf(' \n\t\r\n  a \n\r\n\n');
    expect(lines).toEqual([{ number: 3, text: '  a ' }]);
    const long = await linesOf(`${'x'.repeat(100_000)}${' '.repeat(100_000)}\nb`);
    expect(long).toEqual([
      { number: 1, text: undefined },
      { number: 2, text: 'b' },
    ]);
  });

  it('gives few lines together, however many a chunk has', async () => {
    const sizes: number[] = [];
    for await (const lines of splitLines(chunksOf(Buffer.from('1\n'.repeat(30_000)), 64 * 1024)))
      sizes.push(lines.length);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(30_000);
    for (const size of sizes) expect(size).toBeLessThanOrEqual(250);
  });

  it('puts lines together that lie across the chunks', async () => {
    const text = '华'.repeat(1000);
    const lines = await linesOf(`${text}\n`.repeat(300));
    expect(lines).toHaveLength(300);
    expect(new Set(lines.map((line) => line.text))).toEqual(new Set([text]));
  });

  it.each([
    ['between others', 'first\n', '\nlast'],
    ['at the end', 'first\n', ''],
  ])('passes over a line too long to be held %s, and counts it', async (_where, before, after) => {
    const lines = await linesOf(before + 'x'.repeat(3_000_000) + after);
    const last = after === '' ? [] : [{ number: 3, text: 'last' }];
    expect(lines).toEqual([{ number: 1, text: 'first' }, { number: 2, text: undefined }, ...last]);
  });

  it('holds a line of exactly the longest length', async () => {
    const lines = await linesOf(`${'x'.repeat(LONGEST_LINE_BYTES)}\n${'x'.repeat(LONGEST_LINE_BYTES + 1)}\n`);
    expect(lines.map(({ text }) => text?.length)).toEqual([LONGEST_LINE_BYTES, undefined]);
  });

  it('takes another longest line where it is told one', async () => {
    const lines = await linesOf('12345\n123456\n', 5);
    expect(lines.map(({ text }) => text)).toEqual(['12345', undefined]);
  });
});
