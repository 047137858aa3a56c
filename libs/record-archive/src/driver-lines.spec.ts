import { DriverLines } from './driver-lines';

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += size)
    yield await Promise.resolve(bytes.subarray(from, from + size));
}
async function without(driverId: string, text: string | Buffer, size = 7): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of new DriverLines(driverId).without(inChunks(Buffer.from(text), size)))
    pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe(DriverLines.name, () => {
  it('takes the lines of one driver out and leaves every other byte, however the bytes come', async () => {
    const text = '\ufeffd1,a\r\nd12,b\n\nd1,c\n d1 ,d\n"d1",e\nd2,d1\nd1';
    for (const size of [1, 2, 5, 1_000]) expect(await without('d1', text, size)).toBe('d12,b\n\nd2,d1\n');
    expect(await without('d3', text)).toBe(text);
  });

  it('knows a name in every form of Unicode, and with quotes', async () => {
    expect(await without('José', `${'José'.normalize('NFD')},a\nJose,b\nJosé,c\n`)).toBe('Jose,b\n');
    expect(await without('K1', '\u212a1,a\nk1,b\n')).toBe('k1,b\n');
    expect(await without('a "b"', '"a ""b""",x\n"a ""c""",y\n')).toBe('"a ""c""",y\n');
  });

  it('takes out what is no record too: broken quotes, too few fields, very long lines', async () => {
    const long = 'x'.repeat(3 * 1024 * 1024);
    const left = await without('d1', `"d1,a\nd1\nd1,${long}\nd2,${long}\nd2\n`, 100_000);
    expect(left.replace(long, 'long')).toBe('d2,long\nd2\n');
  });

  it('leaves bytes of other encodings as they are', async () => {
    const other = Buffer.from([0xb2, 0xe2, 0x2c, 0x31, 0x0a]);
    const pieces: Buffer[] = [];
    const both = Buffer.concat([other, Buffer.from('d1,a\n')]);
    for await (const piece of new DriverLines('d1').without(inChunks(both, 3))) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(other)).toBe(true);
  });
});
