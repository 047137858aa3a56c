import { isNearlyFull, RedisHeadroom } from './redis-headroom';

const MB = 1024 * 1024;
const memoryOf = (usedBytes: number, maxBytes: number): string =>
  `# Memory\r\nused_memory:${usedBytes}\r\nused_memory_human:1M\r\nmaxmemory:${maxBytes}\r\nmaxmemory_policy:noeviction\r\n`;

describe(isNearlyFull, () => {
  it.each([
    ['no limit', 900 * MB, 0, false],
    ['nine tenths of a large limit', 90 * MB, 100 * MB, false],
    ['more than that', 91 * MB, 100 * MB, true],
    ['all but 4 MB of a small limit', 12 * MB, 16 * MB, false],
    ['more than that', 13 * MB, 16 * MB, true],
    ['half of a tiny limit', MB, 2 * MB, false],
    ['more than that', 1.5 * MB, 2 * MB, true],
  ])('%s', (_, usedBytes, maxBytes, expected) => {
    expect(isNearlyFull(memoryOf(usedBytes, maxBytes))).toBe(expected);
  });
});

describe(RedisHeadroom.name, () => {
  it('follows what Redis says, and keeps what it knows while Redis is silent', async () => {
    const answers = [
      Promise.resolve(memoryOf(99 * MB, 100 * MB)),
      Promise.reject(new Error('away')),
      Promise.resolve(memoryOf(MB, 100 * MB)),
    ];
    const headroom = new RedisHeadroom({ info: () => answers.shift() } as never);
    const seen: boolean[] = [headroom.isShort];
    for (let look = 0; look < 3; look += 1) {
      await headroom.look();
      seen.push(headroom.isShort);
    }
    expect(seen).toEqual([false, true, true, false]);
  });
});
