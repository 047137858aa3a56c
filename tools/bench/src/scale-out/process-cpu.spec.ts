import { cpuSecondsOf, cpuTicksIn } from './process-cpu';

describe(cpuTicksIn, () => {
  it('adds up user and system time, of ended children too, whatever the name', () => {
    const stat = '42 (postgres: a) b) S 1 42 42 0 -1 4194304 900 0 0 0 100 20 3 4 20 0 1 0 999 1000 200';
    expect(cpuTicksIn(stat)).toBe(127);
  });
});

describe(cpuSecondsOf, () => {
  it('grows with what this process does', () => {
    const before = cpuSecondsOf(process.pid);
    const end = performance.now() + 300;
    while (performance.now() < end);
    const spent = cpuSecondsOf(process.pid) - before;
    expect(spent).toBeGreaterThan(0.05);
    expect(spent).toBeLessThan(5);
  });

  it('says in one line that there is no such process', () => {
    expect(() => cpuSecondsOf(2 ** 30)).toThrow(/^\/proc\/\d+\/stat cannot be read; .*$/);
  });
});
